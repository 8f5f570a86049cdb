import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Collection,
  datastream,
  type Entity,
  ids,
  location,
  observedProperty,
  query,
  ref,
  thing,
  useService,
} from './service.ts';

const day = (n: number, hour = '00') => `2026-03-${String(n).padStart(2, '0')}T${hour}:00:00Z`;

/** OGC 18-088, Annex A.2: Filtering Extension. */
describe('A.2 filtering', () => {
  const service = useService({ now: '2026-11-20T15:00:00Z' });
  let things: number[];
  let streams: number[];

  before(async () => {
    things = [];
    streams = [];
    for (const [index, name] of ['alpha', 'Beta', 'gamma', "d'elta"].entries()) {
      things.push(
        await service.create(
          '/Things',
          thing(name, {
            ...(index < 3
              ? {
                  properties: {
                    n: index,
                    text: `t${index}`,
                    on: index % 2 === 0,
                    deep: { list: [index, 10 + index] },
                    tags: ['all', name],
                  },
                }
              : {}),
            Locations: [location(`at ${name}`)],
          }),
        ),
      );
    }
    for (const [index, unit] of ['°C', 'ppm', 'm'].entries()) {
      streams.push(
        await service.create(
          `/Things(${things[index % 2]})/Datastreams`,
          datastream(`stream ${index}`, {
            unitOfMeasurement: { name: unit, symbol: unit, definition: unit },
            ObservedProperty: { ...observedProperty, name: `property ${index}` },
          }),
        ),
      );
    }
    for (let n = 1; n <= 10; n++) {
      await service.create(`/Datastreams(${streams[0]})/Observations`, {
        phenomenonTime: day(n),
        result: n * 1.5,
        ...(n % 2 ? { resultTime: day(n, '01') } : {}),
        ...(n <= 3 ? { validTime: `${day(n)}/${day(n + 2)}` } : {}),
        parameters: { n },
      });
    }
    for (const [n, result] of ['3', 'abc', true, { a: 1 }].entries()) {
      await service.create(`/Datastreams(${streams[1]})/Observations`, {
        phenomenonTime: `${day(n + 1)}/${day(n + 2)}`,
        result,
      });
    }
  });

  const names = async (filter: string, set = 'Things') =>
    (await service.list(`/${set}${query({ $filter: filter, $count: 'true' })}`)).value.map(
      (entity) => entity.name,
    );
  const days = async (filter: string, stream = streams[0]) =>
    (await service.list(`/Datastreams(${stream})/Observations${query({ $filter: filter })}`)).value.map((o) =>
      Number(String(o.phenomenonTime).slice(8, 10)),
    );

  test('A.2.1 $select', async () => {
    const select = async (names: string) =>
      Object.keys((await service.list(`/Things${query({ $select: names })}`)).value[0] as Entity);
    assert.deepEqual(await select('name'), ['name']);
    assert.deepEqual(await select('id,description'), ['@iot.id', 'description']);
    assert.deepEqual(await select('properties,Locations'), ['Locations@iot.navigationLink', 'properties']);
    const last = await service.one(`/Things(${things[3]})${query({ $select: 'properties,name' })}`);
    assert.deepEqual(last, { name: "d'elta" });
    assert.deepEqual(await service.one(`/Things(${things[3]})${query({ $select: 'properties' })}`), {});
    for (const wrong of ['nothing', '', 'name,,id', 'properties/n', '@iot'])
      assert.equal((await service.send('GET', `/Things${query({ $select: wrong })}`)).status, 400, wrong);
  });

  test('A.2.2 $expand, nested with options, to one, by paths', async () => {
    const list = await service.list(
      `/Things${query({ $orderby: 'id', $expand: 'Datastreams($select=name;$orderby=name desc;$count=true;$top=1;$expand=Observations($top=1;$orderby=phenomenonTime desc;$count=true;$select=result),Sensor($select=name)),Locations' })}`,
    );
    const first = list.value[0] as Entity;
    assert.equal(first['Datastreams@iot.count'], 2);
    assert.equal('Datastreams@iot.navigationLink' in first, false);
    const [stream] = first.Datastreams as Record<string, unknown>[];
    assert.equal(stream?.name, 'stream 2');
    assert.deepEqual(stream?.Sensor, { name: 'Sensor' });
    const next = await service.list(first['Datastreams@iot.nextLink'] as string);
    assert.equal(next.value[0]?.name, 'stream 0');
    assert.deepEqual(next.value[0]?.Observations, [{ result: 15 }]);
    assert.equal(next.value[0]?.['Observations@iot.count'], 10);
    assert.equal(next['@iot.nextLink'], undefined);
    const paths = await service.one(
      `/Things(${things[0]})${query({ $expand: 'Datastreams/Sensor,Datastreams/ObservedProperty' })}`,
    );
    assert.deepEqual(Object.keys((paths.Datastreams as object[])[0] as object).slice(-2), [
      'Sensor',
      'ObservedProperty',
    ]);
    for (const wrong of [
      'Nothing',
      'Datastreams(',
      'Datastreams()',
      'Datastreams($top=x)',
      'Datastreams($top=1;$top=2)',
      'Datastreams($skiptoken=a)',
      'name',
      'Datastreams($top=1),Datastreams($top=2)',
      'Locations($expand=Things($filter=a eq 1))',
    ]) {
      assert.equal((await service.send('GET', `/Things${query({ $expand: wrong })}`)).status, 400, wrong);
    }
    assert.equal(
      (await service.send('GET', `/Datastreams${query({ $expand: 'Thing($top=1)' })}`)).status,
      400,
    );
    assert.equal((await service.send('GET', `/Things(1)${query({ $top: '1' })}`)).status, 400);
  });

  test('A.2.3 $orderby: several keys, through relations, nulls first going up and last going down', async () => {
    const ordered = async (order: string) =>
      (await service.list(`/Things${query({ $orderby: order })}`)).value.map((e) => e.name);
    assert.deepEqual(await ordered('name'), ['Beta', 'alpha', "d'elta", 'gamma']);
    assert.deepEqual(await ordered('properties/n'), ["d'elta", 'alpha', 'Beta', 'gamma']);
    assert.deepEqual(await ordered('properties/n desc'), ['gamma', 'Beta', 'alpha', "d'elta"]);
    assert.deepEqual(await ordered('properties/on,name desc'), ["d'elta", 'Beta', 'gamma', 'alpha']);
    assert.deepEqual(await ordered('tolower(name)'), ['alpha', 'Beta', "d'elta", 'gamma']);
    const through = await service.list(`/Datastreams${query({ $orderby: 'Thing/name,id desc' })}`);
    assert.deepEqual(ids(through), [streams[1], streams[2], streams[0]]);
    const results = await service.list(
      `/Datastreams(${streams[0]})/Observations${query({ $orderby: 'resultTime desc', $select: 'resultTime' })}`,
    );
    assert.deepEqual(
      results.value.map((o) => o.resultTime),
      [9, 7, 5, 3, 1].map((n) => day(n, '01') as string | null).concat([null, null, null, null, null]),
    );
    for (const wrong of ['nothing', 'name up', 'Datastreams/name', 'null', ''])
      assert.equal((await service.send('GET', `/Things${query({ $orderby: wrong })}`)).status, 400, wrong);
  });

  test('A.2.4 $top, $skip, $count', async () => {
    assert.deepEqual(ids(await service.list('/Things?$top=2&$skip=1&$orderby=id')), things.slice(1, 3));
    const counted = await service.list('/Things?$count=true&$top=0');
    assert.deepEqual(counted, { '@iot.count': 4, value: [] });
    assert.equal((await service.list('/Things?$count=false'))['@iot.count'], undefined);
    assert.deepEqual(await service.list('/Things?$skip=99999999999999999999'), { value: [] });
    for (const wrong of [
      '$top=-1',
      '$top=x',
      '$top=',
      '$top=1.5',
      '$skip=-1',
      '$count=yes',
      '$count=TRUE',
      '$count=1',
      '$foo=1',
      '$Top=1',
      '$top=1&$top=2',
      '$skiptoken=x',
      '$skiptoken=WyIxIiwiMiJd',
      '$skiptoken=W251bGxd',
      '$skiptoken=WyJ4Il0',
      '$top=%E0%A4%A',
    ]) {
      assert.equal((await service.send('GET', `/Things?${wrong}`)).status, 400, wrong);
    }
  });

  for (const order of [
    '',
    'phenomenonTime',
    'phenomenonTime desc',
    'id desc',
    'resultTime',
    'resultTime desc,result',
    'validTime desc',
    'result desc',
    'parameters/n',
    'parameters/n desc',
    'Datastream/name,resultTime',
    'phenomenonTime desc,id',
    'result add 1 desc',
  ]) {
    test(`A.2.5 next links lead through everything once, by “${order}”, while rows are inserted`, async () => {
      for (const path of ['/Observations', `/Datastreams(${streams[0]})/Observations`]) {
        const options = { $top: '3', $select: 'id', ...(order ? { $orderby: order } : {}) };
        const whole = ids(await service.list(`${path}${query({ ...options, $top: '1000' })}`));
        const seen: number[] = [];
        const extra: number[] = [];
        let page: Collection = await service.list(`${path}${query(options)}`);
        for (;;) {
          seen.push(...ids(page));
          if (!page['@iot.nextLink']) break;
          // Before the place reached, in any order: a page that skips by number would repeat a row.
          for (const n of [1, 28])
            extra.push(
              await service.create('/Observations', {
                result: n * 100 - 1000,
                phenomenonTime: day(n),
                resultTime: day(n),
                Datastream: ref(streams[0] as number),
              }),
            );
          page = await service.list(page['@iot.nextLink']);
        }
        assert.deepEqual(
          seen.filter((id) => !extra.includes(id)),
          whole,
        );
        assert.equal(new Set(seen).size, seen.length);
        for (const id of extra) await service.send('DELETE', `/Observations(${id})`);
      }
    });
  }

  test('A.2.6 the count is the same on every page', async () => {
    let page = await service.list(
      `/Observations${query({ $top: '4', $count: 'true', $filter: 'result gt 3' })}`,
    );
    const counts = [page['@iot.count']];
    while (page['@iot.nextLink']) {
      page = await service.list(page['@iot.nextLink']);
      counts.push(page['@iot.count']);
    }
    assert.deepEqual(counts, [8, 8]);
  });

  test('A.2.7 comparison, logic and arithmetic, with OData’s precedence', async () => {
    assert.deepEqual(await days('result gt 3 and result le 6'), [3, 4]);
    assert.deepEqual(await days('result eq 1.5 or result eq 3 and result gt 100'), [1]);
    assert.deepEqual(await days('(result eq 1.5 or result eq 3) and result lt 2'), [1]);
    assert.deepEqual(await days('not result gt 3'), [1, 2]);
    assert.deepEqual(await days('not (result gt 3 or result lt 2)'), [2]);
    assert.deepEqual(await days('result add 2 mul 3 eq 9'), [2]);
    assert.deepEqual(await days('(result add 2) mul 2 eq 10'), [2]);
    assert.deepEqual(await days('result mod 4 eq 0.5 and result div 3 gt 1'), [3]);
    assert.deepEqual(await days('result sub -1.5 eq 3'), [1]);
    assert.deepEqual(await days('result in (1.5, 4.5,99)'), [1, 3]);
    assert.deepEqual(await days('result div 0 eq 1'), []);
    assert.deepEqual(await days('(result gt 13) eq true'), [9, 10]);
    assert.deepEqual(await days('-result lt -13'), [9, 10]);
  });

  test('A.2.8 a literal’s type decides: numbers as numbers, text as text', async () => {
    assert.deepEqual(await days("result eq '1.5'"), [1]);
    assert.deepEqual(
      await days("result gt '13.4'"),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((n) => String(n * 1.5) > '13.4'),
    );
    assert.deepEqual(await days('result eq 3', streams[1]), []);
    assert.deepEqual(await days("result eq '3'", streams[1]), [1]);
    assert.deepEqual(await days('result', streams[1]), [3]);
    assert.deepEqual(await days('result eq true', streams[1]), [3]);
    assert.deepEqual(await days('result/a eq 1', streams[1]), [4]);
    assert.deepEqual(await names(`id eq '${things[1]}'`), ['Beta']);
    assert.deepEqual(await names(`id eq ${things[1]}`), ['Beta']);
    assert.deepEqual(await names('@iot.id eq 9223372036854775807'), []);
    assert.deepEqual(await names('id gt 9223372036854775808'), []);
    assert.deepEqual(await names(`id lt 9223372036854775808 and id le ${things[1]}.5`), ['alpha', 'Beta']);
  });

  test('A.2.9 paths into JSON and through relations', async () => {
    assert.deepEqual(await names('properties/n gt 0'), ['Beta', 'gamma']);
    assert.deepEqual(await names("properties/n eq '1'"), ['Beta']);
    assert.deepEqual(await names('properties/deep/list[1] eq 11'), ['Beta']);
    assert.deepEqual(await names('properties/on'), ['alpha', 'gamma']);
    assert.deepEqual(await names('not properties/on'), ['Beta']);
    assert.deepEqual(await names('properties/none eq null and properties ne null'), [
      'alpha',
      'Beta',
      'gamma',
    ]);
    assert.deepEqual(await names("'gamma' in properties/tags"), ['gamma']);
    assert.deepEqual(await names("Datastreams/unitOfMeasurement/symbol eq 'm'"), ['alpha']);
    assert.deepEqual(await names("Datastreams/ObservedProperty/name eq 'property 1'"), ['Beta']);
    assert.deepEqual(await names('Datastreams/id eq null'), ['gamma', "d'elta"]);
    assert.deepEqual(await names('Datastreams/id ne null'), ['alpha', 'Beta']);
    assert.deepEqual(
      await names("Datastreams/any(d: d/name eq 'stream 0') and not Datastreams/any(d:d/name eq 'stream 1')"),
      ['alpha'],
    );
    assert.deepEqual(await names('Datastreams/all(d: d/Observations/any(o: o/result gt 1))'), [
      'gamma',
      "d'elta",
    ]);
    assert.deepEqual(
      await names("Thing/name eq 'alpha' and Thing/Locations/name eq 'at alpha'", 'Datastreams'),
      ['stream 0', 'stream 2'],
    );
    assert.equal(
      (
        await service.list(
          `/Observations${query({ $filter: `Datastream/Thing/id eq ${things[0]}`, $count: 'true', $top: '1' })}`,
        )
      )['@iot.count'],
      10,
    );
    assert.deepEqual(
      await names("location/type eq 'Point' or location/geometry/type eq 'Point'", 'Locations'),
      ['at alpha', 'at Beta', 'at gamma', "at d'elta"],
    );
    assert.deepEqual(await days('parameters/n eq Datastream/Thing/properties/deep/list[1]'), [10]);
  });

  test('A.2.10 text functions; substring counts from 0', async () => {
    for (const [filter, expected] of [
      ["substringof('et', name)", ['Beta']],
      ["contains(name, 'et')", ['Beta']],
      ["startswith(name,'ga')", ['gamma']],
      ["endswith(name,'a')", ['alpha', 'Beta', 'gamma', "d'elta"]],
      ['length(name) eq 4', ['Beta']],
      ["indexof(name,'a') eq 0", ['alpha']],
      ["indexof(name,'x') eq -1", ['alpha', 'Beta', 'gamma', "d'elta"]],
      ["substring(name,1) eq 'eta'", ['Beta']],
      ["substring(name,1,2) eq 'am'", ['gamma']],
      ["tolower(name) eq 'beta'", ['Beta']],
      ["toupper(name) eq 'BETA'", ['Beta']],
      ["trim(' gamma ') eq name", ['gamma']],
      ["concat(concat(name,', '),'x') eq 'Beta, x'", ['Beta']],
      ["name eq 'd''elta'", ["d'elta"]],
      ["substring(name,-5,3) eq 'alp'", ['alpha']],
      ["substring(name,1,-5) eq ''", ['alpha', 'Beta', 'gamma', "d'elta"]],
    ] as const)
      assert.deepEqual(await names(filter), expected, filter);
  });

  test('A.2.11 number and date functions', async () => {
    assert.deepEqual(await days('round(result) eq 2'), [1]);
    assert.deepEqual(await days('round(result) eq 5'), [3]);
    assert.deepEqual(await days('round(-4.5) eq -5 and result eq 3'), [2]);
    assert.deepEqual(await days('floor(result) eq 4'), [3]);
    assert.deepEqual(await days('ceiling(result) eq 5'), [3]);
    assert.deepEqual(await days('day(phenomenonTime) eq 3'), [3]);
    assert.deepEqual(
      await days(
        'year(resultTime) eq 2026 and month(resultTime) eq 3 and hour(resultTime) eq 1 and minute(resultTime) eq 0 and second(resultTime) eq 0 and result lt 2',
      ),
      [1],
    );
    assert.deepEqual(await days('date(phenomenonTime) le 2026-03-02'), [1, 2]);
    assert.deepEqual(await days('time(resultTime) eq 01:00:00 and day(resultTime) lt 4'), [1, 3]);
    assert.deepEqual(
      await days(
        'fractionalseconds(phenomenonTime) eq 0 and totaloffsetminutes(phenomenonTime) eq 0 and result eq 3',
      ),
      [2],
    );
    assert.deepEqual(
      await days(
        'phenomenonTime lt now() and phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime() and result eq 3',
      ),
      [2],
    );
    assert.deepEqual(
      await days("phenomenonTime gt now() sub duration'P257D' and phenomenonTime lt 2026-03-10T00:00:00Z"),
      [9],
    );
    assert.deepEqual(await days(`phenomenonTime sub ${day(1)} eq duration'P2D'`), [3]);
  });

  test('A.2.12 times: zones, text, intervals; null matches nothing', async () => {
    assert.deepEqual(await days('phenomenonTime eq 2026-03-02T02:00:00+02:00'), [2]);
    assert.deepEqual(await days("phenomenonTime eq '2026-03-02T00:00:00Z'"), [2]);
    assert.deepEqual(
      (await service.list('/Observations?$filter=resultTime%20eq%202026-03-03T03:00:00+02:00')).value.length,
      1,
      'a plus that came as a space',
    );
    assert.deepEqual(await days('resultTime ge 2026-03-05'), [5, 7, 9]);
    assert.deepEqual(await days('not resultTime lt 2026-03-05T00:00:00Z'), [5, 7, 9]);
    assert.deepEqual(await days(`validTime lt ${day(4)}`), [1, 2]);
    assert.deepEqual(await days(`not validTime lt ${day(4)}`), [3]);
    assert.deepEqual(await days('validTime eq null'), [4, 5, 6, 7, 8, 9, 10]);
    const span = `${day(2)}/${day(4)}`;
    for (const [filter, expected] of [
      [`validTime eq ${span}`, [2]],
      [`validTime ne ${span}`, [1, 3]],
      [`overlaps(validTime,${span})`, [1, 2, 3]],
      [`overlaps(phenomenonTime,${span})`, [2, 3]],
      [`before(phenomenonTime,${span})`, [1]],
      [`after(phenomenonTime,${span})`, [4, 5, 6, 7, 8, 9, 10]],
      [`during(phenomenonTime,${span})`, [2, 3]],
      [`during(validTime,${day(1)}/${day(4)})`, [1, 2]],
      [`meets(validTime,${day(3)}/${day(5)})`, [1]],
      [`starts(validTime,${day(2)}/${day(9)})`, [2]],
      [`finishes(validTime,${day(1)}/${day(5)})`, [3]],
      [`phenomenonTime le ${span}`, [1, 2]],
      [`${span} lt phenomenonTime`, [4, 5, 6, 7, 8, 9, 10]],
    ] as const)
      assert.deepEqual(await days(filter), expected, filter);
    assert.deepEqual(
      await days(`phenomenonTime lt ${day(3)}`, streams[1]),
      [1, 2],
      'an interval that ends there is before',
    );
    assert.deepEqual(await names(`during(phenomenonTime,${day(1)}/${day(11)})`, 'Datastreams'), [
      'stream 0',
      'stream 1',
    ]);
    assert.equal(
      (await service.send('GET', `/Observations${query({ $filter: `during(resultTime,${day(1)})` })}`))
        .status,
      400,
    );
  });

  test('A.2.13 what makes no sense is 400 and says where', async () => {
    for (const filter of [
      '',
      'name',
      'name eq',
      "name eq 'x",
      'eq 1',
      'name eq 1 2',
      '(name eq 1',
      'name eq 1)',
      'name == 1',
      'nothing eq 1',
      'Datastreams eq 1',
      'name/first eq 1',
      'foo(name)',
      'length()',
      'length(name,name)',
      "year('x') eq 1",
      'properties/n lt null',
      'name add 1 eq 2',
      'phenomenonTime eq 1',
      'result eq 2026-02-30T00:00:00Z',
      "duration'x' eq duration'P1D'",
      'name in ()',
      '1 in 2',
      'not',
      'and',
      'st_within(1,2)',
      "geo.distance(location,geography'POINT(1 1)') lt 1",
      `${'('.repeat(200)}1 eq 1${')'.repeat(200)}`,
      `${'not '.repeat(200)}true`,
      'id eq 1e999',
      "name eq '\u0000'",
      'Datastreams/any(d d/name)',
      "Datastreams/any(d: e/name eq '1')",
      'true eq 1',
    ]) {
      const reply = await service.send('GET', `/Things${query({ $filter: filter })}`);
      assert.equal(reply.status, 400, `${filter}: ${reply.status} ${reply.text.slice(0, 200)}`);
      assert.ok((reply.json as { message: string }).message.length > 10);
    }
    const { json } = await service.send('GET', `/Things${query({ $filter: 'name eq 1 and nothing eq 2' })}`);
    assert.match((json as { message: string }).message, /\$filter, character 15: .*“nothing”/);
    assert.match(
      (
        (await service.send('GET', `/Locations${query({ $filter: 'st_within(location,1)' })}`)).json as {
          message: string;
        }
      ).message,
      /not served yet/,
    );
  });

  test('A.2.14 text that would be SQL is text', async () => {
    const before = await service.list('/Things?$count=true&$top=0');
    for (const evil of [
      "'; drop table private.thing; --",
      "' or '1'='1",
      '$1',
      '$$',
      "\\'; select pg_sleep(1); --",
      '{"a"}',
      '}',
      '"',
      '%',
      '\\',
      'a\nb',
      "E'\\x27'",
    ]) {
      const text = evil.replaceAll("'", "''");
      for (const filter of [
        `name eq '${text}'`,
        `substringof('${text}',name)`,
        `properties/x eq '${text}'`,
        `name in ('${text}')`,
        `'${text}' in properties/tags`,
      ]) {
        assert.deepEqual(await names(filter), [], filter);
      }
      for (const options of [
        { $select: evil },
        { $orderby: evil },
        { $expand: evil },
        { $top: evil },
        { $filter: evil },
        { $skiptoken: Buffer.from(JSON.stringify([evil])).toString('base64url') },
      ]) {
        const { status } = await service.send('GET', `/Things${query(options)}`);
        assert.equal(status, 400, JSON.stringify(options));
      }
      const made = await service.create('/Things', thing(evil, { properties: { [evil]: evil } }));
      assert.deepEqual(await names(`name eq '${text}'`), [evil]);
      assert.deepEqual((await service.one(`/Things(${made})`)).properties, { [evil]: evil });
      await service.send('DELETE', `/Things(${made})`);
      assert.ok(
        [400, 404].includes((await service.send('GET', `/Things(${encodeURIComponent(evil)})`)).status),
      );
      assert.equal(
        (await service.send('GET', `/Things(${things[0]})/properties/${encodeURIComponent(evil)}`)).status,
        404,
      );
    }
    assert.deepEqual(await service.list('/Things?$count=true&$top=0'), before);
  });

  test('A.2.15 no query at all ends in an error of ours', async () => {
    const word = fc.constantFrom(
      'name',
      'properties/n',
      'properties',
      'Datastreams',
      'Datastreams/name',
      'phenomenonTime',
      'result',
      'validTime',
      'resultTime',
      'id',
      'Datastream/Thing/name',
      'location',
      'unitOfMeasurement/symbol',
      'time',
      'parameters/n',
      'Observations/result',
      'FeatureOfInterest/feature',
      'eq',
      'ne',
      'gt',
      'lt',
      'le',
      'ge',
      'and',
      'or',
      'not',
      'add',
      'sub',
      'mul',
      'div',
      'mod',
      'in',
      '(',
      ')',
      ',',
      '-',
      '/',
      '5',
      '0',
      '1.5',
      '1e300',
      '99999999999999999999',
      "'x'",
      "'5'",
      "''",
      'null',
      'true',
      day(1),
      `${day(1)}/${day(2)}`,
      '2026-03-01',
      '10:00',
      "duration'P1D'",
      'length(',
      'substring(',
      'indexof(',
      'concat(',
      'year(',
      'date(',
      'round(',
      'now()',
      'overlaps(',
      'during(',
      'before(',
      'any(',
      'tolower(',
      'Datastreams/any(d:',
      'd/name',
      '[',
      ']',
      '$',
      ';',
      '=',
      '@iot.id',
      '\\',
      '"',
      'desc',
      'asc',
    );
    const text = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join(' ')),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(
            word,
            fc.constantFrom('eq', 'lt', 'ne', 'add', 'in', 'sub'),
            word,
            fc.constantFrom('eq', 'gt', 'ge', 'and', 'mul'),
            word,
          )
          .map((words) => words.join(' ')),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 30, unit: 'binary' }) },
    );
    const set = fc.constantFrom(
      'Things',
      'Locations',
      'HistoricalLocations',
      'Datastreams',
      'Sensors',
      'ObservedProperties',
      'Observations',
      'FeaturesOfInterest',
    );
    const option = fc.constantFrom(
      '$filter',
      '$filter',
      '$filter',
      '$orderby',
      '$orderby',
      '$select',
      '$expand',
      '$skiptoken',
      '$top',
    );
    await fc.assert(
      fc.asyncProperty(set, option, text, async (name, by, value) => {
        if (!value.isWellFormed()) return;
        const { status, text: body } = await service.send('GET', `/${name}${query({ [by]: value })}`);
        assert.ok(status === 200 || status === 400, `${status} ${by}=${value}: ${body.slice(0, 300)}`);
        if (status === 200) JSON.parse(body);
      }),
      {
        numRuns: 1500,
        // A red CI is to be about the change at hand; new seeds are tried everywhere else.
        ...(process.env.CI === 'true' ? { seed: 20261121 } : {}),
      },
    );
  });
});
