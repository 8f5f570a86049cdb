import { data, redirect } from 'react-router';
import { httpStatus, isProblem } from '../../kit/problem.ts';
import type { PageRequest } from '../../page-context.ts';
import { decideDisposition } from './decide-disposition.ts';
import { endDisposition } from './end-disposition.ts';
import { proposeDisposition } from './propose-disposition.ts';
import { retentionMessages } from './retention-messages.ts';
import { runDestruction } from './run-destruction.ts';
import { setRetention } from './set-retention.ts';
import { withdrawDisposition } from './withdraw-disposition.ts';

/** What a form that was refused shows again: the message, the field it is about, and what was written. */
export type Refused = { error: string; field: string; form: string; values: Record<string, string> };

/** The forms of the pages on retention: each does one thing, and comes back to `back` saying so. */
export async function actOnRetention({ ctx, language, form }: PageRequest, back: string) {
  const fields = await form();
  const field = (name: string) => String(fields.get(name) ?? '');
  const words = retentionMessages[language];
  const refuse = (error: string, at: string, status: number) =>
    data(
      {
        error,
        field: at,
        form: field('do'),
        values: Object.fromEntries([...fields].map(([name, value]) => [name, String(value)])),
      } satisfies Refused,
      { status },
    );
  try {
    const wish = field('do');
    if (['approve', 'destroy'].includes(wish) && field('sure') !== 'yes')
      return refuse(words.unsure, 'sure', 400);
    switch (wish) {
      case 'set':
        await setRetention(ctx, {
          dataset: field('dataset'),
          series: field('series'),
          rule: field('rule') || null,
          duty: field('duty'),
          clock: field('clock'),
          reason: field('reason'),
        });
        return redirect(`${back}?done=set`);
      case 'propose':
        await proposeDisposition(ctx, {
          dataset: field('dataset'),
          series: field('series'),
          until: field('until'),
          standing: field('standing') === 'yes',
          formNumber: field('formNumber'),
          formDate: field('formDate'),
          reason: field('reason'),
        });
        return redirect(`${back}?done=propose`);
      case 'withdraw':
        await withdrawDisposition(ctx, { proposal: field('proposal') });
        return redirect(`${back}?done=withdrawn`);
      case 'end':
        await endDisposition(ctx, { disposition: field('disposition'), reason: field('reason') });
        return redirect(`${back}?done=ended`);
      case 'destroy': {
        const run = runDestruction(ctx, { dataset: field('dataset'), series: field('series') });
        // A small run ends while one waits; a long one goes on, and the page says how far it is.
        const ended = await Promise.race([run, new Promise((resolve) => setTimeout(resolve, 2_000))]);
        run.catch((error: unknown) =>
          ctx.log.error({ err: error }, 'a destruction stopped; the next run goes on'),
        );
        return redirect(`${back}?done=begun${ended ? '#certificates' : ''}`);
      }
      default: {
        const decision = wish === 'approve' ? 'approved' : 'declined';
        await decideDisposition(ctx, {
          proposal: field('proposal'),
          version: field('version'),
          decision,
          reason: field('reason'),
        });
        return redirect(`${back}?done=${decision}`);
      }
    }
  } catch (error) {
    if (!isProblem(error) || error.kind === 'signed-out') throw error;
    const at = String((error.details as { field?: string } | undefined)?.field ?? '');
    const said = words[`wrong_${at}` as keyof typeof words] ?? words[error.kind as keyof typeof words];
    if (typeof said !== 'string') throw error;
    return refuse(said, at, httpStatus[error.kind]);
  }
}
