import {
  type ActionFunctionArgs,
  data,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import type { Ctx } from '../../kit/context.ts';
import { isProblem } from '../../kit/problem.ts';
import { loadStaffPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { decidePolicy } from '../decide-policy.ts';
import '../describe/describe.css';
import { readFields } from '../describe/read-columns.ts';
import '../policy.css';
import { PolicyForm } from '../policy-fields.tsx';
import { fieldsOf, type PolicyFields, policyOf } from '../policy-form.ts';
import { policyMessages } from '../policy-messages.ts';
import { HintReviews, PolicyNow, WaitingPolicy } from '../policy-parts.tsx';
import { PolicyPreview, type Previews } from '../policy-preview.tsx';
import { previewPolicy } from '../preview-policy.ts';
import { previewTable } from '../preview-table.ts';
import { proposePolicy } from '../propose-policy.ts';
import { readPolicy } from '../read-policy.ts';
import { reviewHint } from '../review-hint.ts';
import { StepWords } from '../step-words.tsx';
import { withdrawPolicy } from '../withdraw-policy.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params }) => {
    const dataset = params.slug ?? '';
    const state = await readPolicy(ctx, { dataset });
    const { waiting, columns } = state;
    return {
      state,
      asker: `person:${ctx.actor.personId}`,
      // A proposal that does not fit any more has no preview; approving it says why.
      next: waiting ? await previewsOf(ctx, dataset, waiting.content.after).catch(unlessProblem) : null,
      fields: fieldsOf(state.dataset.policy, columns),
    };
  });
}

const unlessProblem = (error: unknown): null => {
  if (isProblem(error) && error.kind === 'invalid') return null;
  throw error;
};

async function previewsOf(ctx: Ctx, dataset: string, policy: unknown): Promise<Previews> {
  const readings = await previewPolicy(ctx, { dataset, policy });
  return { readings, table: await previewTable(ctx, { dataset, policy }) };
}

type Answer = { previews?: Previews; fields?: PolicyFields; error?: string; detail?: string; wrong?: Wrong };
type Wrong = Record<string, string>;

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const fields = readFields(await form());
    const { do: wish = '', proposal = '', version = '', reason = '' } = fields;
    const dataset = params.slug ?? '';
    const done = (what: string, at = '') =>
      redirect(`/${language}/staff/datasets/${dataset}/policy?done=${what}${at}`);
    const asked = wish === 'preview' || wish === 'propose';
    try {
      if (wish === 'preview') {
        const { steps } = policyOf(fields);
        return data({ previews: await previewsOf(ctx, dataset, { steps }), fields } satisfies Answer);
      }
      if (wish === 'propose') {
        await proposePolicy(ctx, { dataset, policy: policyOf(fields), reason });
        return done('asked');
      }
      if (wish === 'withdraw') {
        await withdrawPolicy(ctx, { proposal });
        return done('withdrawn');
      }
      if (wish === 'review') {
        await reviewHint(ctx, {
          dataset,
          foundIn: fields.foundIn ?? '',
          kind: fields.kind ?? '',
          reason,
        });
        return done('reviewed', '#hints');
      }
      const decision = wish === 'approve' ? 'approved' : 'declined';
      const { settled } = await decidePolicy(ctx, { proposal, version, decision, reason });
      // A small dataset is released anew in a moment; the page of a large one tells that it goes on.
      await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 2000))]);
      return done(decision);
    } catch (error) {
      const answer = failure(error);
      return data({ ...answer, ...(asked ? { fields } : {}) } satisfies Answer, { status: 400 });
    }

    function failure(error: unknown): Answer {
      if (!isProblem(error)) throw error;
      const say = policyMessages[language];
      const field = error.details.field;
      if (error.details.hints) return { error: say.openHints };
      if (field === 'reason')
        return { error: say.reasonWrong, wrong: asked ? { reason: say.reasonWrong } : {} };
      if (field === 'why') return { error: say.whyWrong, wrong: { why: say.whyWrong } };
      if (error.kind === 'invalid') return { error: say.wrong, detail: error.message };
      const known = {
        conflict: say.changed,
        'too-late': say.decided,
        'not-allowed': say.refused,
      }[error.kind as 'conflict'];
      if (!known) throw error;
      return { error: known };
    }
  });
}

export default function PolicyPage() {
  const { state, asker, next, fields } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(policyMessages)];
  const { dataset, waiting, versions } = state;
  const said = answer ? undefined : say[`done_${query.get('done')}` as 'done_asked'];
  const list = `/${language}/staff/datasets`;
  return (
    <Page
      title={say.title(dataset.title)}
      lead={say.lead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.datasets, to: list },
        { title: dataset.title, to: `${list}/${dataset.slug}` },
        { title: say.policy },
      ]}
    >
      {answer?.error ? (
        <Alert kind="error" title={answer.detail ? answer.error : undefined}>
          {answer.detail ? <span lang="en">{answer.detail}</span> : answer.error}
        </Alert>
      ) : null}
      {said ? <Alert kind="success">{said}</Alert> : null}
      <PolicyNow state={state} />
      <p className="action">
        <Link to={`${list}/${dataset.slug}/grants`}>{say.grants}</Link>
      </p>
      {waiting ? (
        <WaitingPolicy state={state} waiting={waiting} asker={asker}>
          {next ? <PolicyPreview previews={next} /> : null}
        </WaitingPolicy>
      ) : null}
      <HintReviews state={state} />
      {answer?.previews ? (
        <Section title={say.previewTitle} id="preview">
          <PolicyPreview previews={answer.previews} />
        </Section>
      ) : null}
      {state.mayPropose && !waiting ? (
        <Section title={say.make} id="make" intro={say.makeText}>
          <PolicyForm columns={state.columns} fields={answer?.fields ?? fields} wrong={answer?.wrong ?? {}} />
        </Section>
      ) : null}
      <Section title={say.versions} id="versions">
        <Table
          caption={say.versions}
          captionHidden
          stacked
          empty={say.neverSet}
          columns={[{ title: say.versions }, { title: say.on }, { title: say.by }, { title: say.says }]}
          rows={versions.map(({ version, content, at, by }) => ({
            key: String(version),
            cells: [
              say.version(version),
              <Time key="at" at={at} />,
              by,
              <div key="says">
                <StepWords steps={content.steps} />
                {content.reason ? (
                  <p>
                    {say.why}: {content.reason}
                  </p>
                ) : null}
              </div>,
            ],
          }))}
        />
      </Section>
    </Page>
  );
}
