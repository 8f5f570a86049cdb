import {
  type ActionFunctionArgs,
  data,
  Form,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
} from 'react-router';
import { isProblem, Problem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { checkPermission, isPermitted } from '../../people/index.ts';
import { Button } from '../../ui/form.tsx';
import type { Language } from '../../ui/language.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert } from '../../ui/parts.tsx';
import { type Rulebook, readRulebook } from '../read-rulebook.ts';
import { faultsByField } from '../staff/fault-words.ts';
import { proposeRule } from '../staff/propose-rule.ts';
import { type FieldFault, refuse, responsiblePlace } from '../staff/rule-change.ts';
import { type Draft, readDraft, ruleOfDraft } from '../staff/rule-draft.ts';
import { RuleFields } from '../staff/rule-fields.tsx';
import { ruleFormMessages } from '../staff/rule-form-messages.ts';
import { namesOf, ruleTitle } from '../staff/rule-lines.ts';
import { ruleStaffMessages } from '../staff/rule-staff-messages.ts';
import { startDraft } from '../staff/start-draft.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, url }) => {
    checkPermission(ctx, 'propose-rule');
    const book = await readRulebook(ctx);
    const today = ctx.clock.now().toISOString().slice(0, 10);
    const names = namesOf(book, language);
    // Elsewhere it would be refused; state law takes a role that covers all of the state.
    const places = Object.entries(names.places).filter(([slug]) =>
      isPermitted(ctx, 'propose-rule', { place: responsiblePlace(book.places, slug) }),
    );
    return {
      draft: startDraft(book, url.searchParams, today),
      closes: closedTitle(book, url.searchParams.get('follows'), language),
      names: { ...names, places: Object.fromEntries(places) },
    };
  });
}

type Failed = { draft: Draft; faults: Record<string, string>; error?: string; closes?: string };

/** What the rule is called that the new one takes the place of. */
function closedTitle(book: Rulebook, id: string | null | undefined, language: Language): string {
  const closed = book.current.get(id ?? '');
  return closed ? ruleTitle(closed, language, namesOf(book, language)) : (id ?? '');
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const draft = readDraft(await form());
    const before = draft.corrects ? (await readRulebook(ctx)).current.get(draft.id ?? '') : undefined;
    try {
      const { rule, faults } = ruleOfDraft(draft, before);
      if (faults.length > 0) refuse(faults);
      await proposeRule(ctx, {
        rule,
        corrects: draft.corrects || null,
        ...(draft.closes ? { closes: draft.closes } : {}),
        ...(draft.case ? { case: draft.case } : {}),
        reason: draft.reason ?? '',
      });
      return redirect(`/${language}/staff/rules?done=asked`);
    } catch (error) {
      const closes = closedTitle(await readRulebook(ctx), draft.closes, language);
      return data({ ...failure(error, draft, language), closes }, { status: 400 });
    }
  });
}

function failure(error: unknown, draft: Draft, language: 'en' | 'es'): Failed {
  if (!isProblem(error)) throw error;
  const words = ruleStaffMessages[language];
  const faults = error.details.faults as FieldFault[] | undefined;
  if (faults) return { draft, faults: faultsByField(faults, language, draft) };
  if (error.details.field === 'reason') return { draft, faults: { reason: words.reasonWrong } };
  const stays = { 'not-allowed': words.refused, invalid: ruleFormMessages[language].unreadable };
  const why = /since you opened/.test(error.message)
    ? words.stale
    : /same already/.test(error.message)
      ? words.same
      : words.another;
  const said = error.kind === 'conflict' ? why : stays[error.kind as keyof typeof stays];
  if (!said) throw new Problem(error.kind, error.message, { cause: error });
  return { draft, faults: {}, error: said };
}

export default function RuleFormPage() {
  const { draft: start, names, closes } = useLoaderData<typeof loader>();
  const failed = useActionData<Failed>();
  const [language, say, staff] = [
    useLanguage(),
    useMessages(ruleFormMessages),
    useMessages(ruleStaffMessages),
  ];
  const draft = failed?.draft ?? start;
  const faults = failed?.faults ?? {};
  const wrong = [...new Set(Object.values(faults))];
  const title = draft.corrects ? say.titleCorrect : draft.closes ? say.titleFollows : say.titleNew;
  const here = `/${language}/staff/rules`;
  return (
    <Page
      title={title}
      lead={say.lead}
      crumbs={[{ title: staff.staff, to: `/${language}/staff` }, { title: staff.title, to: here }, { title }]}
    >
      {failed ? (
        <Alert kind="error" title={say.wrongTitle}>
          {failed.error ? <p>{failed.error}</p> : null}
          {wrong.length > 0 ? (
            <ul className="usa-list">
              {wrong.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          ) : null}
        </Alert>
      ) : null}
      {draft.closes ? <Alert kind="info">{say.followsText(failed?.closes ?? closes)}</Alert> : null}
      {draft.case ? (
        <Alert kind="info" title={say.answerTitle(draft.case)}>
          {draft.answer ? <blockquote>{draft.answer}</blockquote> : null}
          <p>{say.answerText}</p>
          {draft['cite.0.how'] === 'secondary' ? <p>{say.answerSpoken}</p> : null}
        </Alert>
      ) : null}
      <Form method="post" action={`${here}/new`} reloadDocument className="usa-form rule-form">
        {(['corrects', 'closes', 'case', 'answer', 'bullets'] as const).map((name) => (
          <input key={name} type="hidden" name={name} value={draft[name] ?? ''} />
        ))}
        <RuleFields draft={draft} faults={faults} names={names} />
        <Button name="do" value="propose">
          {say.send}
        </Button>
      </Form>
    </Page>
  );
}
