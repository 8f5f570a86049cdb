import {
  type ActionFunctionArgs,
  data,
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
import { Alert } from '../../ui/parts.tsx';
import { prepareReport } from '../prepare-report.ts';
import { previewReport } from '../preview-report.ts';
import { faults, type ReportValues, valuesOf } from '../report.ts';
import { ReportForm } from '../report-form.tsx';
import { reportMessages } from '../report-messages.ts';
import { sendReport } from '../send-report.ts';

/** Nothing is kept before it is sent. What is typed stands in the form alone, so the pages work without JavaScript. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, url }) => {
    const given = (name: string) => url.searchParams.get(name) ?? '';
    const prepared = await prepareReport(ctx, {
      dataset: given('dataset'),
      place: given('place'),
      language,
    });
    const own = ctx.actor.kind === 'person' ? ctx.actor.name : '';
    return data(
      { prepared, own, what: given('what'), asked: given('place') },
      { status: prepared.unknown !== null && args.request.method === 'GET' ? 404 : 200 },
    );
  });
}

export function action(args: ActionFunctionArgs) {
  return loadPage(args, async ({ ctx, language, publicUrl, from, form }) => {
    const values = valuesOf(await form());
    const words = reportMessages[language];
    if (values.do === 'change') return { step: 'form' as const, values, error: undefined, field: undefined };
    try {
      // Letters of the demonstration never leave the machine (src/app.ts).
      const sendsMail = Boolean(ctx.config.SMTP_URL) && !(await readSite(ctx)).demonstration;
      if (values.do === 'send') {
        await sendReport(ctx, { ...values, asksFrom: from, publicUrl });
        const sent = values.email.trim() === '' ? '1' : sendsMail ? 'mail' : 'no-mail';
        return redirect(`/${language}/report?link=${values.secret}&sent=${sent}`);
      }
      const { letter, secret, office, city } = await previewReport(ctx, { ...values, publicUrl });
      return {
        step: 'preview' as const,
        values: { ...values, secret },
        letter,
        office: office?.name ?? `${words.theCity}, ${city}`,
        mailTo: sendsMail ? (office?.email ?? null) : null,
      };
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

export default function NewReport() {
  const { prepared, own, what, asked } = useLoaderData<typeof loader>();
  const done = useActionData<typeof action>();
  const [language, say] = [useLanguage(), useMessages(reportMessages)];
  const { dataset, place, office, unknown } = prepared;
  const crumbs = [
    ...(dataset ? [{ title: dataset.title, to: `/${language}/datasets/${dataset.slug}` }] : []),
    { title: say.title },
  ];
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
  const values: ReportValues = done?.values ?? {
    do: '',
    secret: '',
    what: faults.find((each) => each === what) ?? '',
    dataset: dataset?.slug ?? '',
    place: asked,
    from: '',
    to: '',
    spot: '',
    said: '',
    name: '',
    address: '',
    email: own,
    language,
  };
  return (
    <Page title={say.title} lead={say.lead} crumbs={crumbs}>
      {done?.error ? <Alert kind="error">{done.error}</Alert> : null}
      {unknown !== null && !done?.error ? <Alert kind="warning">{say.unknown(unknown)}</Alert> : null}
      {dataset ? (
        <p>
          <strong>{dataset.title}</strong>
        </p>
      ) : null}
      {place ? <p>{office ? say.goesTo(office.name, place.name) : say.goesToCity(place.name)}</p> : null}
      <ReportForm prepared={prepared} values={values} error={done?.error} field={done?.field} />
    </Page>
  );
}
