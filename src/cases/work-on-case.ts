import type { Ctx } from '../kit/context.ts';
import { addNote } from './add-note.ts';
import { addTask } from './add-task.ts';
import { assignCase } from './assign-case.ts';
import { finishTask } from './finish-task.ts';
import { setReviewDate } from './set-review-date.ts';

/** What the forms of a case's page do that every kind of case shares; false when the form is none of them. */
export async function workFromForm(fields: FormData, ctx: Ctx, number: string): Promise<boolean> {
  const field = (name: string) => String(fields.get(name) ?? '').trim();
  switch (field('do')) {
    case 'note':
      await addNote(ctx, { number, body: field('body') });
      return true;
    case 'task':
      await addTask(ctx, { number, title: field('title'), office: null, dueAt: null });
      return true;
    case 'done':
      await finishTask(ctx, { number, task: field('task') });
      return true;
    case 'review':
      await setReviewDate(ctx, { number, day: field('review') });
      return true;
    case 'assign': {
      const [office, assignee] = field('to').split('/');
      await assignCase(ctx, { number, office: office || null, assignee: assignee || null });
      return true;
    }
    default:
      return false;
  }
}
