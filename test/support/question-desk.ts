import { fileURLToPath } from 'node:url';
import { readDocument } from '../../src/cases/index.ts';
import { as, type Ctx } from '../../src/kit/context.ts';
import { previewQuestion } from '../../src/questions/preview-question.ts';
import type { Asked } from '../../src/questions/question.ts';
import { readQuestionStatus } from '../../src/questions/read-question-status.ts';
import { recordAnswer } from '../../src/questions/record-answer.ts';
import { casePage, sendQuestion } from '../../src/questions/send-question.ts';
import { importCity, readFolder } from '../../src/rulebook/index.ts';
import type { TestContext } from './context.ts';
import { regionFolder } from './rulebook.ts';
import { makeStaff } from './staff.ts';

export type Staff = Awaited<ReturnType<typeof makeStaff>>;

/** What the tests of questions share: the cities’ rules, staff of two offices and of another city, and somebody who asks. */
export function openQuestionDesk(db: { readonly ctx: TestContext }) {
  const anonymous = (): Ctx => as(db.ctx, { kind: 'anonymous' });
  const publicUrl = 'http://city.example';
  let clerk: Staff | undefined;
  let addresses = 0;

  const asked: Asked = {
    rule: 'danbury.sensors.fine',
    place: 'danbury',
    topic: 'sensors',
    aspect: 'fine',
    question: 'How much is the fine for a sensor without a permit?',
    office: 'danbury-city-clerk',
    name: 'Ana Ruiz',
    email: 'Ana@Example.org',
    shareEmail: false,
    language: 'en',
  };
  const preview = (change: Partial<Asked> = {}, ctx = anonymous()) =>
    previewQuestion(ctx, {
      ...asked,
      ...change,
      casePage: (number) => casePage(publicUrl, 'en', number),
    });
  /** Each from an address of its own, unless one is given. */
  async function send(change: Partial<Asked> = {}, more: { secret?: string; from?: string; ctx?: Ctx } = {}) {
    const secret = more.secret ?? (await preview(change)).secret;
    const from = more.from ?? `198.51.${Math.floor(++addresses / 250)}.${addresses % 250}`;
    const email = change.email ?? `ana${addresses}@example.org`;
    const { number } = await sendQuestion(more.ctx ?? anonymous(), {
      ...asked,
      ...change,
      email,
      secret,
      from,
      publicUrl,
    });
    return { number, secret, email };
  }
  const answer = (
    number: string,
    change: Partial<Parameters<typeof recordAnswer>[1]> = {},
    ctx = clerk?.ctx ?? anonymous(),
  ) =>
    recordAnswer(ctx, {
      number,
      answer: 'Code §7: 100 dollars.',
      how: 'paper',
      day: '2026-11-20',
      publicUrl,
      ...change,
    });
  const status = async (secret: string) => readQuestionStatus(anonymous(), { secret });
  const count = async (sql: string) =>
    Number((await db.ctx.owner.query(`select count(*) from ${sql}`)).rows[0].count);
  const mailTo = async (to: string) =>
    (
      await db.ctx.owner.query<{ subject: string; body: string }>(
        'select subject, body from private.mail where recipient = $1 order by id',
        [to],
      )
    ).rows;
  /** The texts of every document of a case that the holder of its link can open. */
  async function letters(secret: string): Promise<string[]> {
    const { file } = await status(secret);
    return Promise.all(
      file.documents.map(async ({ id }) =>
        (await readDocument(anonymous(), { document: id, secret })).content.toString(),
      ),
    );
  }

  const open = async () => {
    const cities = fileURLToPath(new URL('../../cities/', import.meta.url));
    const folders = await Promise.all(
      ['connecticut', 'danbury', 'norwalk'].map((name) => readFolder(cities + name)),
    );
    await importCity(as(db.ctx, { kind: 'operator' }), { folders: [regionFolder, ...folders] });
    const staff = (email: string, place: string, office?: string) =>
      makeStaff(db.ctx, { email, role: 'clerk', place, ...(office ? { office } : {}) });
    clerk = await staff('clerk@example.org', 'danbury', 'danbury-city-clerk');
    const police = await staff('police@example.org', 'danbury', 'danbury-police');
    const elsewhere = await staff('norwalk@example.org', 'norwalk');
    return { clerk, police, elsewhere };
  };
  return { anonymous, publicUrl, asked, preview, send, answer, status, count, mailTo, letters, open };
}
