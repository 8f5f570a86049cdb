import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { testDatabase } from '../../../../test/support/context.ts';
import { as, type Ctx } from '../../../kit/context.ts';
import { withTransaction } from '../../../kit/database.ts';
import { isProblem } from '../../../kit/problem.ts';
import { ensureDataset } from '../../../release/index.ts';
import { mappingFrom } from '../mapping-form.ts';
import type { Proposal } from '../propose-mapping.ts';
import { confirmImport } from './confirm-import.ts';
import { forgetImport, forgetOldImports } from './forget-import.ts';
import { runImports } from './import-queue.ts';
import { previewUpload } from './preview-upload.ts';
import { readImportDesk } from './read-import-desk.ts';
import { readImportRejects } from './read-import-rejects.ts';
import { receiveImport } from './receive-import.ts';

const test = testDatabase();
let counter = 0;
const dataset = async (): Promise<string> => {
  const slug = `imports-${++counter}`;
  await withTransaction(test.ctx.app, (tx) =>
    ensureDataset(tx, { slug, title: slug, description: 'Test.', topic: 'other', access: 'restricted' }, {}),
  );
  return slug;
};
const receive = (slug: string, content: string, ctx: Ctx = test.ctx) =>
  receiveImport(ctx, {
    dataset: slug,
    fileName: 'a.csv',
    content: (async function* () {
      yield Buffer.from(content);
    })(),
  });
const find = async (slug: string, upload: string) => {
  const found = (await readImportDesk(test.ctx, { dataset: slug })).uploads.find(({ id }) => id === upload);
  assert.ok(found);
  return found;
};
const kindOf = (kind: string) => (error: unknown) => isProblem(error) && error.kind === kind;
const csv = [
  'time,station,level',
  ...Array.from(
    { length: 30 },
    (_, at) =>
      `2024-03-01T${String(at % 24).padStart(2, '0')}:00:00Z,${at < 24 ? 'A' : 'B'},${(at * 7) % 11}.5`,
  ),
  '2024-03-02T00:00:00Z,A,=high',
  '2024-03-02T01:00:00Z,A,None',
].join('\n');

describe('a file of readings on its way into a dataset', () => {
  it('is proposed, previewed and stored, with what could not be', async () => {
    const slug = await dataset();
    const { upload, proposal } = await receive(slug, csv);
    assert.ok(proposal);
    await assert.rejects(
      confirmImport(test.ctx, { upload }),
      kindOf('too-late'),
      'nobody has seen a preview',
    );
    await previewUpload(test.ctx, { upload, mapping: proposal.mapping });
    await runImports(test.ctx);
    const previewed = await find(slug, upload);
    assert.equal(previewed.state, 'staged');
    assert.deepEqual(previewed.preview?.counts, {
      rows: 32,
      emptyRows: 0,
      cells: 32,
      readings: 30,
      missing: 1,
      rejected: 1,
      reasons: [['not a number', 1]],
    });
    assert.deepEqual(previewed.rejects, [
      { line: 32, column: 'level', value: '=high', reason: 'not a number' },
    ]);
    const count = async () =>
      (
        await test.ctx.app.query<{ n: number }>(
          `select count(*)::int as n from private.observation o join private.datastream s on s.id = o.datastream_id
           join private.dataset d on d.id = s.dataset_id where d.slug = $1`,
          [slug],
        )
      ).rows[0]?.n;
    assert.equal(await count(), 0, 'a preview stores nothing');
    await confirmImport(test.ctx, { upload });
    // Two processes at once: one stores.
    await Promise.all([runImports(test.ctx), runImports(test.ctx)]);
    const stored = await find(slug, upload);
    assert.deepEqual(
      [stored.state, stored.summary?.stored, stored.summary?.counts.rejected],
      ['stored', 30, 1],
    );
    assert.equal(await count(), 30);
    const { body } = await readImportRejects(test.ctx, { upload });
    assert.match(body, /^line,column,value,reason\r\n"32","level","'=high","not a number"\r\n$/);
    await assert.rejects(confirmImport(test.ctx, { upload }), kindOf('too-late'));
    await assert.rejects(forgetImport(test.ctx, { upload }), kindOf('too-late'));
    const { rows } = await test.ctx.app.query('select from private.import_file_part where upload_id = $1', [
      upload,
    ]);
    assert.equal(rows.length, 0, 'the file is not kept');
    const kinds = await test.ctx.app.query<{ kind: string }>(
      `select kind from private.audit_event where kind like 'import-%' order by number`,
    );
    assert.deepEqual(
      kinds.rows.map(({ kind }) => kind),
      ['import-confirmed', 'import-stored'],
    );
  });

  it('that was interrupted is stored whole at the next start, and adds nothing twice', async () => {
    const slug = await dataset();
    const { upload, proposal } = await receive(slug, csv);
    await previewUpload(test.ctx, { upload, mapping: proposal?.mapping });
    await runImports(test.ctx);
    await confirmImport(test.ctx, { upload });
    const stop = new AbortController();
    stop.abort();
    await runImports(test.ctx, stop.signal);
    assert.equal((await find(slug, upload)).state, 'queued');
    // As a process leaves it that was killed in the middle.
    await test.ctx.app.query('update private.import_file set attempts = 1 where id = $1', [upload]);
    await runImports(test.ctx);
    const { summary } = await find(slug, upload);
    assert.deepEqual([summary?.stored, summary?.resumed], [30, true]);
  });

  it('is refused where the mapping is wrong, and comes back where the file does not fit it', async () => {
    const slug = await dataset();
    const { upload, proposal } = await receive(slug, csv);
    assert.ok(proposal);
    const { mapping } = proposal;
    await assert.rejects(
      previewUpload(test.ctx, {
        upload,
        mapping: { ...mapping, time: { ...mapping.time, format: 'HH:mm' } },
      }),
      /tells no full date/,
    );
    await assert.rejects(previewUpload(test.ctx, { upload, mapping: {} }), kindOf('invalid'));
    await previewUpload(test.ctx, {
      upload,
      mapping: { ...mapping, time: { ...mapping.time, column: 'when' } },
    });
    await runImports(test.ctx);
    const back = await find(slug, upload);
    assert.deepEqual([back.state, back.preview], ['staged', null]);
    assert.match(back.error ?? '', /no column "when"/);
    assert.doesNotMatch(back.error ?? '', /\/tmp/);
    await forgetImport(test.ctx, { upload });
    assert.equal((await find(slug, upload)).state, 'forgotten');
    await forgetOldImports(test.ctx);
  });

  it('is nobody’s but the stewards’, and unreadable ones say why', async () => {
    const slug = await dataset();
    const { upload } = await receive(slug, csv);
    const stranger = as(test.ctx, { kind: 'anonymous' });
    for (const asked of [
      receive(slug, csv, stranger),
      readImportDesk(stranger, { dataset: slug }),
      readImportRejects(stranger, { upload }),
      confirmImport(stranger, { upload }),
      forgetImport(stranger, { upload }),
      previewUpload(stranger, { upload, mapping: {} }),
    ])
      await assert.rejects(asked, kindOf('signed-out'));
    assert.match((await receive(slug, '')).error ?? '', /empty/);
    await assert.rejects(receive('none', csv), kindOf('not-found'));
  });

  it('a form says the mapping', async () => {
    const slug = await dataset();
    const { proposal } = await receive(slug, csv);
    const given: Record<string, string> = {
      encoding: 'utf-8',
      delimiter: ',',
      decimal: '.',
      time1: 'time',
      time2: '',
      format: 'iso',
      zone: '',
      repeated: 'later',
      covers: 'PT1H',
      sensor: '',
      sensorName: 'The {one}',
      missing: '-200, None',
      conflict: 'keep-both',
      u2: '1',
      n2: 'Level',
      k2: 'number',
      y2: 'cm',
      m2: '9',
    };
    const mapping = mappingFrom((name) => given[name] ?? '', {
      proposal: proposal as Proposal,
      mapping: (proposal as Proposal).mapping,
    });
    assert.deepEqual(
      [mapping.file?.missing, mapping.time.covers, mapping.thing?.name],
      [[-200, 'None'], 'PT1H', 'The {{one}}'],
    );
    assert.deepEqual(
      mapping.datastreams.map(({ column, name, unit, missing }) => [column, name, unit?.symbol, missing]),
      [['level', 'Level', 'cm', [9]]],
    );
  });
});
