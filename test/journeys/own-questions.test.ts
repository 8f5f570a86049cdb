import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openQuestionDesk } from '../support/question-desk.ts';
import { openSite, type Site } from '../support/site.ts';
import { makeStaff } from '../support/staff.ts';

/** The account's page tells of one's own questions, gives them along, and says what deleting the account leaves. */
describe('the account of somebody who asked', () => {
  let site: Site;
  before(async () => {
    site = await openSite({ region: false });
  });
  after(() => site.close());

  test('shows the questions, puts them into the file, and says before deleting what stays', async () => {
    const desk = openQuestionDesk({ ctx: site.ctx });
    await desk.open();
    const person = await makeStaff(site.ctx, { email: 'asks@example.org', role: 'clerk', place: 'norwalk' });
    const page = async (language: string) => {
      const answer = await fetch(`${site.url}/${language}/account`, {
        headers: { cookie: `charter-oak=${person.secret}` },
      });
      assert.equal(answer.status, 200);
      return (await answer.text()).replaceAll('<!-- -->', '');
    };
    assert.match(await page('en'), /No question to an office is tied to this account/);
    const { number } = await desk.send({ name: 'Ana Ruiz' }, { ctx: person.ctx });
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(new Date());
    await desk.answer(number, { day });
    const html = await page('en');
    const [, file = ''] = /href="data:application\/json;charset=utf-8,([^"]+)"/.exec(html) ?? [];
    const kept = JSON.parse(decodeURIComponent(file));
    assert.equal(kept.email, 'asks@example.org');
    assert.deepEqual(
      kept.cases.map((one: { number: string; asked: { question: string; answer: string } }) => [
        one.number,
        one.asked.question,
        one.asked.answer,
      ]),
      [[number, 'How much is the fine for a sensor without a permit?', 'Code §7: 100 dollars.']],
    );
    assert.match(html, new RegExp(`stay with the office: ${number}`));
    assert.match(html, /No rule on file says how long an office keeps such a question/);
    assert.match(html, /href="\/en\/rules\/ct\.retention\.destruction"/);
    assert.match(html, /To have them erased, write to the office/);
    assert.match(await page('es'), /Queda una pregunta[\s\S]*Para que se borren, escriba a la oficina/);
  });
});
