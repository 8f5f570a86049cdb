import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { testDatabase } from '../../../test/support/context.ts';
import { makeDatastream } from '../../../test/support/make.ts';

const db = testDatabase();

test('what descriptions named before is taken over, and makes nothing due', async () => {
  const { owner } = db.ctx;
  await owner.query(`alter table private.dataset add retention_rule text`);
  await owner.query(`alter table released.dataset add retention_rule text`);
  const rule = (slug: string, series: string | null, described: string | null, then?: null) =>
    makeDatastream(db.ctx, { dataset: slug, name: slug, access: 'open' }).then(async ({ datasetId }) => {
      await owner.query('update private.dataset set retention_rule = $2 where id = $1', [
        datasetId,
        described,
      ]);
      for (const id of [...(series ? [series] : []), ...(then === null ? [null] : [])])
        await owner.query(
          `insert into private.retention_series (dataset_id, series, rule_id, duty, clock, reason, set_by, set_at)
           values ($1, '*', $2::text, case when $2 is null then null else 'may' end,
             case when $2 is null then null else 'phenomenon-time' end, 'So.', 'operator', now())`,
          [datasetId, id],
        );
    });
  await rule('same', 'a', 'a');
  await rule('described', null, 'b');
  await rule('otherwise', 'a', 'b');
  await rule('series', 'a', null);
  await rule('taken-back', 'a', null, null);
  await rule('taken-back-described', 'a', 'b', null);
  await rule('neither', null, null);
  await owner.query(
    await readFile(new URL('../../../db/migrations/0040-one-retention-rule.sql', import.meta.url), 'utf8'),
  );
  const { rows } = await owner.query(
    `select d.slug, s.rule_id, s.clock, r.rule_id as told from private.dataset d
     left join lateral (select * from private.retention_series s where s.dataset_id = d.id and s.series = '*'
       order by id desc limit 1) s on true
     left join released.retention r on r.dataset_id = d.id and r.series = '*' order by d.slug`,
  );
  assert.deepEqual(
    rows.map(({ slug, rule_id, clock, told }) => [slug, rule_id, clock, told]),
    [
      ['described', 'b', 'another', 'b'],
      ['neither', null, null, null],
      ['otherwise', 'b', 'another', 'b'],
      ['same', 'a', 'phenomenon-time', 'a'],
      ['series', 'a', 'phenomenon-time', 'a'],
      ['taken-back', null, null, null],
      ['taken-back-described', 'b', 'another', 'b'],
    ],
  );
});
