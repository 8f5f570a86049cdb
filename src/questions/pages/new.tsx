import {
  type ActionFunctionArgs,
  data,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
} from 'react-router';
import { caseWords, LetterPreview } from '../../cases/view.tsx';
import { isProblem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { readSite } from '../../places/index.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { AskForm, type AskValues, askedFrom, Found, valuesOf } from '../ask-form.tsx';
import { prepareQuestion } from '../prepare-question.ts';
import { previewQuestion } from '../preview-question.ts';
import { questionMessages } from '../question-messages.ts';
import { casePage, sendQuestion } from '../send-question.ts';

/** Nothing is kept before it is sent. What is typed stands in the form alone, so the pages work without JavaScript. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, url }) => {
    const given = (name: string) => url.searchParams.get(name) ?? undefined;
    const start = {
      rule: given('rule'),
      place: given('place'),
      topic: given('topic'),
      aspect: given('aspect'),
      question: given('question'),
    };
    const prepared = await prepareQuestion(ctx, { ...start, language });
    const own = ctx.actor.kind === 'person' ? ctx.actor.name : '';
    return data(
      { prepared, own, search: url.search },
      { status: prepared.unknownRule && args.request.method === 'GET' ? 404 : 200 },
    );
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, from, form }) => {
    const values = valuesOf(await form());
    const asked = askedFrom(values);
    const words = questionMessages[language];
    if (values.do === 'change') return { step: 'form' as const, values, error: undefined, field: undefined };
    try {
      // Letters of the demonstration never leave the machine (src/app.ts).
      const sendsMail = Boolean(ctx.config.SMTP_URL) && !(await readSite(ctx)).demonstration;
      if (values.do === 'send') {
        await sendQuestion(ctx, { ...asked, secret: values.secret, from, publicUrl });
        const sent = asked.email.trim() === '' ? '1' : sendsMail ? 'mail' : 'no-mail';
        return redirect(`/${language}/question?link=${values.secret}&sent=${sent}`);
      }
      const { letter, secret, office } = await previewQuestion(ctx, {
        ...asked,
        casePage: (number) => casePage(publicUrl, asked.language, number),
      });
      const mailTo = sendsMail ? office.email : null;
      return { step: 'preview' as const, values: { ...values, secret }, letter, office: office.name, mailTo };
    } catch (error) {
      if (!isProblem(error) || (error.kind !== 'invalid' && error.kind !== 'too-many')) throw error;
      const field = String(error.details.field ?? '');
      const wrong = words[`wrong_${field}` as keyof typeof words];
      const tooMany = error.kind === 'too-many';
      const said = tooMany
        ? caseWords(language).tooMany(Math.ceil(Number(error.details.retryAfter) / 60))
        : typeof wrong === 'string'
          ? wrong
          : words.wrong;
      return data(
        { step: 'form' as const, values, error: said, field: tooMany ? undefined : field },
        { status: tooMany ? 429 : 400 },
      );
    }
  });
}

export default function NewQuestion() {
  const { prepared, own, search } = useLoaderData<typeof loader>();
  const done = useActionData<typeof action>();
  const [language, say] = [useLanguage(), useMessages(questionMessages)];
  const crumbs = [
    ...(prepared.city ? [{ title: prepared.city.name, to: `/${language}/${prepared.city.slug}` }] : []),
    { title: say.title },
  ];
  const unknown = prepared.unknownRule ? (
    <Alert kind="warning">
      <p>{say.unknownRule(prepared.unknownRule)}</p>
      <p>
        <Link to={`/${language}/ask`}>{say.unknownRuleAsk}</Link>
      </p>
    </Alert>
  ) : null;
  if (!prepared.place) {
    const query = new URLSearchParams(search);
    if (unknown) query.delete('rule');
    const at = (place: string) => {
      query.set('place', place);
      return `/${language}/questions/new?${query}`;
    };
    return (
      <Page title={say.title} lead={say.lead} crumbs={crumbs}>
        {unknown}
        <Section title={say.placeTitle} id="place">
          <ul className="usa-list">
            {prepared.places.map(({ slug, name }) => (
              <li key={slug}>
                <Link to={at(slug)}>{name}</Link>
              </li>
            ))}
          </ul>
        </Section>
      </Page>
    );
  }
  if (done?.step === 'preview')
    return (
      <LetterPreview
        {...done}
        language={done.values.language}
        typed={done.values}
        send={say.send}
        crumbs={crumbs}
      />
    );
  const values: AskValues = done?.values ?? {
    do: '',
    secret: '',
    rule: prepared.gap?.id ?? '',
    place: prepared.place.slug,
    topic: prepared.topic ?? '',
    aspect: prepared.aspect ?? '',
    question: prepared.question,
    office: prepared.offices.find(({ named }) => named)?.slug ?? '',
    name: '',
    email: own,
    shareEmail: '',
    language,
  };
  return (
    <Page title={say.title} lead={say.lead} crumbs={crumbs}>
      {done?.error ? <Alert kind="error">{done.error}</Alert> : unknown}
      <Found prepared={prepared} />
      <AskForm prepared={prepared} values={values} error={done?.error} field={done?.field} />
    </Page>
  );
}
