import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Made, makeDatastream } from '../../test/support/make.ts';
import { openSite, type Site } from '../../test/support/site.ts';
import { createKey } from '../people/index.ts';
import { releaseWhatIsDue, setAccess, setPolicy } from '../release/index.ts';
import type { PolicyStep } from '../release/policy.ts';
import { previewPolicy } from '../release/preview-policy.ts';
import { storeReadings } from './store-readings.ts';

let site: Site;
let counter = 0;
before(async () => {
  site = await openSite({ region: false });
});
after(() => site.close());

const get = (url: string) => site.app.server.inject({ url });
const store = (made: Made, readings: { at: string; result: unknown; parameters?: unknown }[]) =>
  storeReadings(site.ctx, {
    readings: readings.map(({ at, result, parameters }) => ({
      datastreamId: made.datastreamId,
      phenomenonStart: at,
      result,
      parameters,
    })),
    repeats: 'allow',
  });
const policy = (made: Made, ...steps: PolicyStep[]) =>
  setPolicy(site.ctx, { dataset: made.dataset, policy: { steps, reason: 'For a test.' } });
const observations = async (made: Made, options = '') => {
  const answer = await get(
    `/v1.1/Datastreams(${made.datastreamId})/Observations?$count=true&$top=1000${options}`,
  );
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json().value as {
    '@iot.id': number;
    result: unknown;
    parameters?: unknown;
    phenomenonTime: string;
  }[];
};
const results = async (made: Made) => (await observations(made)).map(({ result }) => result);
const make = async (access: 'open' | 'restricted' = 'open') =>
  makeDatastream(site.ctx, { access, name: `speed${++counter}` });
const at = (minute: number, hour = 10) =>
  `2026-11-20T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`;
const stored = async (made: Made) => {
  const { rows } = await site.ctx.owner.query(
    `select (select count(*)::int from private.observation where datastream_id = $1) as private,
       (select count(*)::int from released.observation where datastream_id = $1) as released,
       (select count(*)::int from granted.observation where datastream_id = $1) as granted`,
    [made.datastreamId],
  );
  return rows[0];
};

/** All that doors say of a dataset. */
async function everything(made: Made): Promise<string> {
  const urls = [
    '/v1.1/Things?$expand=Locations,HistoricalLocations/Locations,Datastreams/Observations/FeatureOfInterest',
    '/v1.1/Observations?$expand=FeatureOfInterest,Datastream/Thing',
    '/v1.1/Observations?$resultFormat=dataArray&$select=result,parameters,resultQuality',
    '/v1.1/Locations',
    '/v1.1/FeaturesOfInterest',
    '/v1.1/Datastreams?$expand=Sensor,ObservedProperty',
    ...['csv', 'json', 'geojson'].flatMap((format) =>
      ['raw', 'hourly', 'daily'].map((by) => `/datasets/${made.dataset}/readings.${format}?resolution=${by}`),
    ),
    `/en/datasets/${made.dataset}`,
    `/en/datasets/${made.dataset}/explore?view=table`,
  ];
  const answers = await Promise.all(urls.map(get));
  return answers.map(({ body }) => body).join('\n');
}

describe('a release policy', () => {
  test('takes away what it says from every door, and no filter, order or count finds it', async () => {
    const canary = 7351.25;
    const word = 'XQZCANARY';
    const steps: Record<string, PolicyStep> = {
      drop: { do: 'drop', column: 'result:NAME' },
      mask: { do: 'mask', column: 'result:NAME' },
      hash: { do: 'keyed-hash', column: 'result:NAME', keyLives: 'day' },
      round: { do: 'round', column: 'result:NAME', to: 100 },
      aggregate: { do: 'aggregate', every: 'hour', by: [], minimum: 5 },
    };
    for (const [what, step] of Object.entries(steps)) {
      const made = await make();
      await store(made, [
        { at: at(1), result: canary, parameters: { who: word, kept: 'KEPTWORD' } },
        ...[1, 2, 3, 4].map((n) => ({
          at: at(n * 7),
          result: n,
          parameters: { who: word, kept: 'KEPTWORD' },
        })),
      ]);
      const name = `speed${counter}`;
      await site.ctx.owner.query(
        `update private.thing set properties = '{"owner": "${word}", "height": 3}' where id = $1`,
        [made.thingId],
      );
      const named = JSON.parse(JSON.stringify(step).replace('NAME', name)) as PolicyStep;
      await policy(
        made,
        named,
        { do: 'mask', column: 'parameters/who' },
        { do: 'drop', column: 'properties/owner' },
      );
      const seen = await everything(made);
      assert.doesNotMatch(seen, /7351/, what);
      assert.doesNotMatch(seen, /XQZCANARY/, what);
      const filters = [
        `result eq ${canary}`,
        `result gt 7000 and Datastream/id eq ${made.datastreamId}`,
        `parameters/who eq '${word}'`,
        `substringof('XQZ',parameters/who)`,
        `Datastream/Thing/properties/owner eq '${word}'`,
      ];
      for (const filter of filters) {
        const { value, '@iot.count': count } = (
          await get(`/v1.1/Observations?$count=true&$filter=${encodeURIComponent(filter)}`)
        ).json();
        if (what === 'round' && filter.startsWith('result gt')) continue;
        assert.deepEqual([value.length, count], [0, 0], `${what}: ${filter}`);
      }
      // In the database itself: the role of public doors has nothing to find.
      for (const table of ['observation', 'thing', 'location', 'datastream', 'feature_of_interest'])
        assert.equal(
          (await site.ctx.public.query(`select from released.${table} t where t::text ~ 'XQZCANARY|7351'`))
            .rowCount,
          0,
          `${what}: ${table}`,
        );
      if (what === 'mask') {
        const rows = await observations(made);
        assert.equal(rows.length, 5);
        assert.ok(
          rows.every(
            ({ result, parameters }) =>
              (result === null && JSON.stringify(parameters) === '{"who":null,"kept":"KEPTWORD"}') ||
              JSON.stringify(parameters) === '{"kept":"KEPTWORD","who":null}',
          ),
        );
      }
      if (what === 'drop')
        assert.equal((await get(`/v1.1/Datastreams(${made.datastreamId})`)).statusCode, 404);
      // What comes after obeys it too, and so do corrections.
      await store(made, [{ at: at(50), result: canary, parameters: { who: word } }]);
      const { rows } = await site.ctx.owner.query(
        'select max(id)::text as id from private.observation where datastream_id = $1',
        [made.datastreamId],
      );
      const { key } = await createKey(site.ctx, { name: 'writer' });
      const patched = await site.app.server.inject({
        method: 'PATCH',
        url: `/v1.1/Observations(${rows[0].id})`,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        payload: JSON.stringify({ result: canary + 1, parameters: { who: `${word}2` } }),
      });
      assert.equal(patched.statusCode, 200, patched.body);
      assert.match(patched.body, /7352/, 'a writer sees what was measured');
      await releaseWhatIsDue(site.ctx);
      const later = await everything(made);
      assert.doesNotMatch(later, /735[12]|XQZCANARY/, `${what}, later`);
      const gone = await site.app.server.inject({
        method: 'DELETE',
        url: `/v1.1/Observations(${rows[0].id})`,
        headers: { authorization: `Bearer ${key}` },
      });
      assert.equal(gone.statusCode, 200, gone.body);
      if (what === 'mask') assert.equal((await observations(made)).length, 5);
      assert.equal((await stored(made)).private, 5, what);
    }
  });

  test('a place is moved to the middle of a square, and its name goes', async () => {
    const made = await make();
    await store(made, [{ at: at(1), result: 1 }]);
    await policy(made, { do: 'coarsen-place', to: '500-m' });
    const seen = await Promise.all(
      [
        `/v1.1/Things(${made.thingId})?$expand=Locations,HistoricalLocations/Locations,Datastreams/Observations/FeatureOfInterest`,
        `/datasets/${made.dataset}/readings.geojson`,
        `/datasets/${made.dataset}/readings.geojson?resolution=daily`,
        `/en/datasets/${made.dataset}/explore`,
      ].map(get),
    );
    for (const { body, statusCode } of seen) {
      assert.equal(statusCode, 200, body);
      assert.doesNotMatch(body, /41\.39[^\d]|-73\.45[^\d]/);
    }
    for (const table of ['location', 'feature_of_interest'])
      assert.equal(
        (
          await site.ctx.public.query(
            `select from released.${table} t where dataset_id = $1 and t::text ~ '41\\.39[^0-9]'`,
            [made.datasetId],
          )
        ).rowCount,
        0,
      );
    const [location] = (await get(`/v1.1/Things(${made.thingId})/Locations`)).json().value;
    const [lon, lat] = location.location.coordinates;
    const meters = Math.hypot(
      (lon + 73.45) * 111_320 * Math.cos((41.39 * Math.PI) / 180),
      (lat - 41.39) * 111_320,
    );
    assert.ok(meters < 360 && meters > 0, `${meters}`);
    assert.equal(location.name, 'Place, coarsened');
    const { value } = (
      await get(`/v1.1/Observations?$expand=FeatureOfInterest&$filter=Datastream/id eq ${made.datastreamId}`)
    ).json();
    assert.deepEqual(value[0].FeatureOfInterest.feature.coordinates, [lon, lat]);
    await policy(made);
    const back = (await get(`/v1.1/Things(${made.thingId})/Locations`)).json().value;
    assert.deepEqual(back[0].location.coordinates, [-73.45, 41.39]);
  });

  test('time that is cut tells neither by ids nor by order when it was; the bucket comes when it is over', async () => {
    const made = await make();
    site.ctx.clock.set('2026-11-20T10:30:00Z');
    await store(
      made,
      Array.from({ length: 30 }, (_, n) => ({ at: at(n), result: n })),
    );
    await policy(made, { do: 'coarsen-time', to: 'hour' });
    assert.deepEqual(await results(made), [], 'the hour is not over');
    site.ctx.clock.set('2026-11-20T11:00:01Z');
    assert.equal(await releaseWhatIsDue(site.ctx), 1);
    const rows = await observations(made);
    assert.equal(rows.length, 30);
    assert.ok(
      rows.every(({ phenomenonTime }) => phenomenonTime === '2026-11-20T10:00:00Z/2026-11-20T11:00:00Z'),
      rows[0]?.phenomenonTime,
    );
    const inOrder = rows.sort((a, b) => a['@iot.id'] - b['@iot.id']).map(({ result }) => result as number);
    assert.notDeepEqual(
      inOrder,
      [...inOrder].sort((a, b) => a - b),
      'ids follow the moments',
    );
    // One that comes late: its hour is released anew.
    await store(made, [{ at: at(45), result: 99 }]);
    assert.equal(await releaseWhatIsDue(site.ctx), 1);
    assert.equal((await observations(made)).length, 31);
    assert.equal(await releaseWhatIsDue(site.ctx), 0);
  });

  test('a delay holds back what is too new', async () => {
    const made = await make();
    site.ctx.clock.set('2026-11-20T12:00:00Z');
    await policy(made, { do: 'delay', for: 'PT2H' });
    await store(made, [
      { at: at(1, 8), result: 8 },
      { at: at(1, 11), result: 11 },
    ]);
    await releaseWhatIsDue(site.ctx);
    assert.deepEqual(await results(made), [8]);
    site.ctx.clock.set('2026-11-20T13:14:00Z');
    await releaseWhatIsDue(site.ctx);
    assert.deepEqual(await results(made), [8], 'until the quarter it is in is old enough');
    site.ctx.clock.set('2026-11-20T13:15:00Z');
    await releaseWhatIsDue(site.ctx);
    assert.deepEqual(await results(made), [8, 11]);
  });

  test('small groups are suppressed, and another with them if the whole would give them away', async () => {
    const made = await make();
    site.ctx.clock.set('2026-11-21T00:00:00Z');
    const some = (to: string, count: number, value: number, from: number) =>
      Array.from({ length: count }, (_, n) => ({ at: at(from + n), result: value, parameters: { to } }));
    await store(made, [
      ...some('north', 6, 10, 0),
      ...some('south', 5, 20, 10),
      ...some('east', 1, 4321, 20),
    ]);
    await policy(made, { do: 'aggregate', every: 'hour', by: ['parameters/to'], minimum: 5 });
    const rows = await observations(made);
    assert.deepEqual(
      rows.map(({ result, parameters }) => [result, parameters]),
      [[10, { to: 'north', count: 6 }]],
      'east is too small, and south goes with it',
    );
    assert.doesNotMatch(await everything(made), /4321/);
  });

  test('equal values look alike while the key lives; then it is discarded, and what comes late says nothing', async () => {
    const made = await make();
    site.ctx.clock.set('2026-11-20T15:00:00Z');
    await policy(made, { do: 'keyed-hash', column: `result:speed${counter}`, keyLives: 'day' });
    await store(made, [
      { at: at(1), result: 'AB-123' },
      { at: at(2), result: 'AB-123' },
      { at: at(3), result: 'CD-456' },
    ]);
    const [a, b, c] = (await results(made)) as string[];
    assert.match(String(a), /^[0-9a-f]{32}$/);
    assert.ok(a === b && a !== c);
    const { rows } = await site.ctx.owner.query('select key from private.release_key where dataset_id = $1', [
      made.datasetId,
    ]);
    const { createHmac } = await import('node:crypto');
    const expected = createHmac('sha256', rows[0].key)
      .update(`result:speed${counter}\nAB-123`)
      .digest('hex')
      .slice(0, 32);
    assert.equal(a, expected);
    site.ctx.clock.set('2026-11-22T15:00:00Z');
    await releaseWhatIsDue(site.ctx);
    assert.equal(
      (await site.ctx.owner.query('select from private.release_key where dataset_id = $1', [made.datasetId]))
        .rowCount,
      0,
    );
    await store(made, [{ at: at(4), result: 'AB-123' }]);
    assert.deepEqual(await results(made), [a, b, c, null]);
    await store(made, [{ at: '2026-11-22T14:00:00Z', result: 'AB-123' }]);
    const next = (await results(made)).at(-1);
    assert.ok(next !== a && next !== null);
  });

  test('fails closed: what it does not know it refuses, and what it was not approved for is not released', async () => {
    const made = await make();
    const bad: PolicyStep[] = [
      { do: 'mask', column: 'result:no such thing' },
      { do: 'mask', column: 'plate' },
      { do: 'keyed-hash', column: 'properties/owner', keyLives: 'day' },
      { do: 'round', column: 'quality', to: 1 },
      { do: 'aggregate', by: [], minimum: 5 },
      { do: 'aggregate', every: 'hour', by: ['properties/x'], minimum: 5 },
    ];
    for (const step of bad)
      await assert.rejects(policy(made, step), { kind: 'invalid' }, JSON.stringify(step));
    await assert.rejects(
      setPolicy(site.ctx, { dataset: made.dataset, policy: { steps: [{ do: 'mask', column: 'quality' }] } }),
      {
        kind: 'invalid',
      },
    );
    await store(made, [{ at: at(1), result: 5 }]);
    await policy(made, { do: 'mask', column: 'parameters/x' });
    assert.deepEqual(await results(made), [5]);
    // Its ObservedProperty becomes another one, which nobody has approved.
    const other = await make();
    await site.ctx.owner.query(
      `update private.datastream set observed_property_id = (select observed_property_id from private.datastream where id = $2) where id = $1`,
      [made.datastreamId, other.datastreamId],
    );
    await setAccess(site.ctx, { dataset: made.dataset, access: 'open' });
    assert.equal((await get(`/v1.1/Datastreams(${made.datastreamId})`)).statusCode, 404);
    await releaseWhatIsDue(site.ctx);
    assert.equal((await get(`/v1.1/Datastreams(${made.datastreamId})`)).statusCode, 404);
    assert.deepEqual(await stored(made), { private: 1, released: 0, granted: 0 });
    await policy(made, { do: 'mask', column: 'parameters/x' });
    assert.deepEqual(await results(made), [5], 'approved anew');
  });

  test('class and policy change in any order, and each reading is seen once, in the form in force', async () => {
    const made = await make();
    const mask: PolicyStep = { do: 'mask', column: `result:speed${counter}` };
    let count = 0;
    const more = () => store(made, [{ at: at(count++), result: count }]);
    await more();
    for (const [access, steps] of [
      ['open', [mask]],
      ['key', [mask]],
      ['restricted', [mask]],
      ['restricted', []],
      ['key', []],
      ['agreement', [mask]],
      ['open', [mask]],
      ['open', [{ do: 'round', column: mask.column, to: 10 }]],
      ['open', []],
    ] as [Parameters<typeof setAccess>[1]['access'], PolicyStep[]][]) {
      await setAccess(site.ctx, { dataset: made.dataset, access });
      await more();
      await policy(made, ...steps);
      await more();
      const expected = { private: 0, released: 0, granted: 0 };
      const side = access === 'open' ? 'released' : access === 'restricted' ? 'private' : 'granted';
      expected[side] = count;
      if (steps.length > 0) expected.private = count;
      assert.deepEqual(await stored(made), expected, `${access} ${JSON.stringify(steps)}`);
      if (access === 'open') {
        const seen = await results(made);
        assert.equal(seen.length, count);
        if (steps[0] === mask) assert.ok(seen.every((result) => result === null));
        if (steps.length === 0)
          assert.deepEqual(
            seen,
            Array.from({ length: count }, (_, n) => n + 1),
          );
      }
    }
    const { rows } = await site.ctx.owner.query(
      'select from private.datastream_release where datastream_id = $1',
      [made.datastreamId],
    );
    assert.equal(rows.length, 0, 'without a policy it is as any other');
  });

  test('writers while policies change: nothing is lost, twice, or seen as measured', async () => {
    const made = await make();
    const column = `result:speed${counter}`;
    let writing = true;
    let written = 0;
    let leaked = 0;
    const writers = [0, 1, 2].map(async (writer) => {
      for (let n = 0; writing; n++) {
        await store(made, [
          {
            at: new Date(Date.UTC(2026, 10, 1) + written * 1000 + writer).toISOString(),
            result: 900_000 + n,
          },
        ]);
        written += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    await policy(made, { do: 'mask', column });
    const reader = (async () => {
      while (writing) {
        const answer = await get(
          `/v1.1/Observations?$filter=${encodeURIComponent('result gt 800000')}&$count=true&$top=0`,
        );
        if (answer.json()['@iot.count'] > 0) leaked += 1;
      }
    })();
    for (const step of [
      { do: 'round', column, to: 1e8 },
      { do: 'coarsen-time', to: 'hour' },
      { do: 'mask', column },
    ] as PolicyStep[])
      await policy(made, { do: 'mask', column }, step);
    writing = false;
    await Promise.all([...writers, reader]);
    await releaseWhatIsDue(site.ctx);
    assert.equal(leaked, 0);
    assert.deepEqual(await stored(made), { private: written, released: written, granted: 0 });
    const { rows } = await site.ctx.owner.query(
      'select readings::int from released.datastream_extent where datastream_id = $1',
      [made.datastreamId],
    );
    assert.deepEqual(rows, [{ readings: written }]);
  });

  test('what the preview shows is what is released', async () => {
    const made = await make();
    site.ctx.clock.set('2026-11-21T00:00:00Z');
    const name = `speed${counter}`;
    await store(
      made,
      Array.from({ length: 18 }, (_, n) => ({
        at: at(n * 3),
        result: n % 4 ? n * 1.37 : `text ${n % 3}`,
        parameters: n % 5 ? { a: n, b: `w${n % 2}` } : [n],
      })),
    );
    const sets: PolicyStep[][] = [
      [{ do: 'mask', column: `result:${name}` }],
      [
        { do: 'round', column: `result:${name}`, to: 5 },
        { do: 'drop', column: 'parameters/a' },
      ],
      [
        { do: 'round', column: 'parameters/a', to: 10 },
        { do: 'mask', column: 'quality' },
      ],
      [
        { do: 'coarsen-time', to: '15-minutes' },
        { do: 'mask', column: 'parameters/b' },
      ],
      [{ do: 'aggregate', every: 'hour', by: ['parameters/b'], minimum: 3 }],
      [
        { do: 'aggregate', every: '15-minutes', by: [], minimum: 2 },
        { do: 'round', column: `result:${name}`, to: 1 },
      ],
      [{ do: 'drop', column: `result:${name}` }],
      [],
    ];
    for (const steps of sets) {
      const [preview] = await previewPolicy(site.ctx, {
        dataset: made.dataset,
        policy: { steps, reason: 'x' },
      });
      await policy(made, ...steps);
      const form = (rows: { result: unknown; parameters?: unknown }[]) =>
        rows.map(({ result, parameters }) => JSON.stringify([result, parameters ?? null])).sort();
      const { rows } = await site.ctx.public.query(
        `select coalesce(to_jsonb(o.result_number), o.result_json) as result, parameters, phenomenon_start
         from released.observation o where datastream_id = $1`,
        [made.datastreamId],
      );
      assert.deepEqual(form(preview?.released ?? []), form(rows), JSON.stringify(steps));
    }
  });

  test('hints of personal data keep a dataset back until somebody has looked', async () => {
    const made = await make('restricted');
    await store(made, [{ at: at(1), result: 1, parameters: { note: 'call (203) 555-0142' } }]);
    await assert.rejects(setAccess(site.ctx, { dataset: made.dataset, access: 'open' }), {
      kind: 'conflict',
      message: /parameters\/note \(phone\)/,
    });
    const { reviewHint } = await import('../release/review-hint.ts');
    await reviewHint(site.ctx, {
      dataset: made.dataset,
      foundIn: 'parameters/note',
      kind: 'phone',
      reason: 'The city’s own hotline.',
    });
    await setAccess(site.ctx, { dataset: made.dataset, access: 'open' });
    const other = await make('restricted');
    await store(other, [{ at: at(1), result: 1, parameters: { note: 'jane@example.org' } }]);
    await policy(other, { do: 'drop', column: 'parameters/note' });
    await setAccess(site.ctx, { dataset: other.dataset, access: 'open' });
    await assert.rejects(policy(other), { kind: 'conflict' });
    // Groups hide the text of readings, but for that by which they are grouped; names are shown all the same.
    const grouped = await make('restricted');
    await store(grouped, [{ at: at(1), result: 1, parameters: { note: 'jane@example.org' } }]);
    const groups = (...by: string[]): PolicyStep => ({ do: 'aggregate', every: 'hour', by, minimum: 2 });
    await policy(grouped, groups());
    await assert.rejects(policy(grouped, groups('parameters/note')), {
      message: /parameters\/note \(email\)/,
    });
    await site.ctx.owner.query(
      "update private.thing set description = 'Ask jane@example.org' where id = $1",
      [grouped.thingId],
    );
    await assert.rejects(setAccess(site.ctx, { dataset: grouped.dataset, access: 'open' }), {
      message: /Thing description \(email\)/,
    });
  });
});
