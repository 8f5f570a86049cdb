import { uuidOf } from '../../src/datasets/resources.ts';
import { shortCode } from '../../src/kit/short-code.ts';
import { canaries, type Scene } from './scene.ts';

/**
 * What is asked at each route. `/…` words are addresses to read; a route that no stranger may read at all is `shut`, and is
 * asked too. A route that is not here fails the test: whoever adds one says here how it could leak.
 */
export type Case = {
  /** Addresses about what is hidden, listed or released: no answer may show a canary. */
  reads?: (scene: Scene) => string[];
  /** Bodies sent with the route's own method: what is wrong with them must not tell what is there. */
  writes?: (scene: Scene) => { path: string; body: unknown; type?: string }[];
  /** Answers until it is cut off. */
  streams?: true;
  /** Why nobody without a role reads here; asked all the same. */
  shut?: string;
};

const word = canaries.text;
const every = (make: (dataset: Scene['open']) => string[]) => (scene: Scene) =>
  [scene.hidden, scene.listed, scene.down, scene.masked, scene.keyed, scene.agreed, scene.open].flatMap(make);

const entitySets = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
];

const page = (reads: (scene: Scene) => string[]): Case => ({ reads });
const still = (...addresses: string[]): Case => ({ reads: () => addresses });
const staff: Case = { shut: 'for staff; test/journeys/reach.test.ts tries every role' };
const own: Case = { shut: 'for whoever is signed in' };
const posted = (path: string) => ({ path, body: { name: word }, type: 'application/json' });

export const cases: Record<string, Case> = {
  'GET /': still('/'),
  'GET /*': { reads: (scene) => [`/datasets/${scene.hidden.dataset}`, `/${word}`] },
  'POST /*': { writes: () => [posted('/en'), posted('/en/catalog')] },
  'PUT /*': { writes: () => [posted('/en/catalog')] },
  'PATCH /*': { writes: () => [posted('/en/catalog')] },
  'DELETE /*': { writes: () => [posted('/en/catalog')] },
  'OPTIONS /*': { writes: () => [posted('/en/catalog')] },
  'QUERY /*': { writes: () => [posted('/en/catalog')] },
  'TRACE /*': { writes: () => [] },
  'GET /assets/*': still('/assets/none.js'),
  'GET /healthz': still('/healthz'),
  'GET /readyz': still('/readyz'),
  'GET /openapi.json': still('/openapi.json'),
  'GET /s/:code': { reads: every(({ thingId }) => [`/s/${shortCode(thingId)}`]) },
  'GET /staff/audit.jsonl': staff,

  'GET /v1.1': still('/v1.1'),
  'GET /v1.1/*': {
    reads: (scene) => [
      ...entitySets.flatMap((set) => [
        `/v1.1/${set}?$count=true&$top=1000`,
        `/v1.1/${set}?$top=1000&$expand=${expandable[set]}`,
        `/v1.1/${set}?$filter=id eq ${scene.hidden.datastreamId}`,
        `/v1.1/${set}?$filter=id eq '`,
      ]),
      ...every(({ datastreamId, thingId }) => [
        `/v1.1/Things(${thingId})?$expand=Datastreams/Observations,Locations`,
        `/v1.1/Things(${thingId})/Datastreams`,
        `/v1.1/Datastreams(${datastreamId})`,
        `/v1.1/Datastreams(${datastreamId})/Observations?$count=true`,
        `/v1.1/Datastreams(${datastreamId})/Observations?$resultFormat=dataArray`,
        `/v1.1/Datastreams(${datastreamId})/phenomenonTime`,
        `/v1.1/Datastreams(${datastreamId})/name/$value`,
        `/v1.1/Datastreams(${datastreamId})/Observations/$ref`,
      ])(scene),
    ],
  },
  'POST /v1.1/*': {
    writes: (scene) => [
      posted('/v1.1/Things'),
      { path: `/v1.1/Datastreams(${scene.hidden.datastreamId})/Observations`, body: { result: 1 } },
      { path: '/v1.1/Observations', body: { result: 1, Datastream: { '@iot.id': 1 } } },
    ],
  },
  'POST /v1.1/CreateObservations': {
    writes: (scene) => [
      {
        path: '/v1.1/CreateObservations',
        body: [
          {
            Datastream: { '@iot.id': scene.hidden.datastreamId },
            components: ['result'],
            dataArray: [[1]],
          },
        ],
      },
    ],
  },
  'PUT /v1.1/*': { writes: (scene) => [posted(`/v1.1/Things(${scene.hidden.thingId})`)] },
  'PATCH /v1.1/*': { writes: (scene) => [posted(`/v1.1/Things(${scene.hidden.thingId})`)] },
  'DELETE /v1.1/*': { writes: (scene) => [posted(`/v1.1/Things(${scene.hidden.thingId})`)] },

  'GET /datasets/:slug/readings.csv': downloads('csv'),
  'GET /datasets/:slug/readings.json': downloads('json'),
  'GET /datasets/:slug/readings.geojson': downloads('geojson'),
  'GET /datasets/:slug/readings.jsonl': downloads('jsonl'),
  'GET /datasets/:slug/readings.parquet': downloads('parquet'),
  'GET /datasets/:slug/sensorthings.json': {
    reads: every(({ dataset }) => [`/datasets/${dataset}/sensorthings.json`]),
  },
  'GET /datasets/:slug/table.csv': tables((slug) => `/datasets/${slug}/table.csv`),
  'GET /datasets/:slug/table.jsonl': tables((slug) => `/datasets/${slug}/table.jsonl`),
  'page /:lang/datasets/:slug/table': tables((slug) => `/en/datasets/${slug}/table`),
  'GET /staff/import-files/:upload/rejects.csv': staff,
  'GET /staff/table-files/:upload/rejects.csv': staff,
  'POST /staff/datasets/:slug/import/files': {
    writes: () => [posted('/staff/datasets/nightjar/import/files')],
  },
  'POST /staff/datasets/:slug/table/files': {
    writes: () => [posted('/staff/datasets/nightjar/table/files')],
  },
  'page /:lang/staff/datasets/:slug/table': staff,
  'page /:lang/staff/datasets/:slug/import': staff,
  'GET /datasets/:slug/files': { reads: every(({ dataset }) => [`/datasets/${dataset}/files`]) },
  'GET /datasets/:slug/files/:name': {
    reads: every(({ dataset }) => [
      `/datasets/${dataset}/files/2019-07.parquet`,
      `/datasets/${dataset}/files/2026-10.parquet`,
      `/datasets/${dataset}/files/2026-10-${'0'.repeat(64)}.parquet`,
      `/datasets/${dataset}/files/${word}`,
    ]),
  },
  'GET /data.json': still('/data.json'),
  'GET /dcat-us-3.json': still('/dcat-us-3.json'),
  'GET /sitemap.xml': still('/sitemap.xml'),
  'GET /robots.txt': still('/robots.txt'),
  'GET /api': still('/api'),
  'GET /api/': still('/api/'),
  'GET /api/3': still('/api/3'),
  'GET /api/3/': still('/api/3/'),
  'GET /api/3/action/:name': ckan('/api/3/action'),
  'GET /api/action/:name': ckan('/api/action'),
  'POST /api/3/action/:name': { writes: (scene) => ckanPosts('/api/3/action', scene) },
  'POST /api/action/:name': { writes: (scene) => ckanPosts('/api/action', scene) },
  'GET /live/datasets/:slug': {
    streams: true,
    reads: every(({ dataset }) => [`/live/datasets/${dataset}?lastEventId=0-0`]),
  },
  'GET /live/datastreams/:id': {
    streams: true,
    reads: every(({ datastreamId }) => [`/live/datastreams/${datastreamId}?lastEventId=0-0`]),
  },

  'page /*': page(() => [`/en/no/such/${word}`]),
  'page /:lang': still('/en', '/es'),
  'page /:lang/:place': still('/en/oakton', `/en/${word.toLowerCase()}x`),
  'page /:lang/:place/offices': still('/en/oakton/offices'),
  'page /:lang/:place/who-does-what': still('/en/oakton/who-does-what'),
  'page /:lang/about': still('/en/about'),
  'page /:lang/catalog': page(() => [
    '/en/catalog',
    '/en/catalog?access=restricted',
    '/en/catalog?sort=updated&freshness=older',
    '/es/catalog?q=nightjar',
  ]),
  'page /:lang/datasets/:slug': { reads: every(({ dataset }) => [`/en/datasets/${dataset}`]) },
  'page /:lang/datasets/:slug/api': page(
    every(({ dataset }) => [`/en/datasets/${dataset}/api`, `/es/datasets/${dataset}/api`]),
  ),
  'page /:lang/datasets/:slug/versions': {
    reads: every(({ dataset }) => [`/en/datasets/${dataset}/versions`]),
  },
  'page /:lang/datasets/:slug/versions/:number': {
    reads: every(({ dataset }) => [`/en/datasets/${dataset}/versions/1`]),
  },
  'page /:lang/datasets/:slug/explore': {
    reads: every(({ dataset }) => [
      `/en/datasets/${dataset}/explore?period=all`,
      `/en/datasets/${dataset}/explore?period=all&resolution=daily`,
      `/es/datasets/${dataset}/explore?sensor=${word}`,
    ]),
  },
  'page /:lang/sensors/:code': { reads: every(({ thingId }) => [`/en/sensors/${shortCode(thingId)}`]) },
  'page /:lang/developers': still('/en/developers'),
  'page /:lang/demonstration': still('/en/demonstration'),
  'page /:lang/permissions': still('/en/permissions'),
  'page /:lang/ask': still('/en/ask', '/en/ask?q=Who+sees+nightjar'),
  'page /:lang/guides': still('/en/guides'),
  'page /:lang/guides/:place/:slug': still('/en/guides/oakton/none'),
  'page /:lang/which-office': still('/en/which-office?place=oakton&about=records'),
  'page /:lang/rules/:id': still('/en/rules/none'),
  'page /:lang/questions/new': still('/en/questions/new?place=oakton&topic=sensors'),
  'page /:lang/question': still('/en/question?link=none'),
  'page /:lang/question/file': still('/en/question/file?link=none'),
  'page /:lang/question/letter': still('/en/question/letter?link=none'),
  'page /:lang/reports/new': {
    reads: every(({ dataset }) => [`/en/reports/new?dataset=${dataset}`, `/es/reports/new?what=${word}`]),
  },
  'page /:lang/report': still('/en/report?link=none'),
  'page /:lang/report/file': still('/en/report/file?link=none'),
  'page /:lang/report/letter': still('/en/report/letter?link=none'),
  'page /:lang/outbox': still('/en/outbox'),
  'page /:lang/invitation': still('/en/invitation?invitation=none'),
  'page /:lang/sign-in': still('/en/sign-in'),
  'page /:lang/sign-in/link': still('/en/sign-in/link?link=none'),
  'page /:lang/sign-in/provider': still('/en/sign-in/provider'),
  'page /sign-in/provider/back': still('/sign-in/provider/back?code=none'),
  'page /:lang/staff/sign-in': still('/en/staff/sign-in'),
  'page /:lang/staff/sign-in/second-step': still('/en/staff/sign-in/second-step'),
  'page /:lang/staff/passkey-question': still('/en/staff/passkey-question'),

  'page /:lang/account': own,
  'page /:lang/account/keys/:id': own,
  'page /:lang/account/security': own,
  'page /:lang/staff': staff,
  'page /:lang/staff/audit': staff,
  'page /:lang/staff/audit/:number': staff,
  'page /:lang/staff/audit/erasures': staff,
  'page /:lang/staff/cases': staff,
  'page /:lang/staff/cases/erasures': staff,
  'page /:lang/staff/datasets': staff,
  'page /:lang/staff/harvest': staff,
  'page /:lang/staff/harvest/:id': staff,
  'page /:lang/staff/datasets/:slug': staff,
  'page /:lang/staff/datasets/:slug/publish': staff,
  'page /:lang/staff/datasets/:slug/policy': staff,
  'page /:lang/staff/datasets/:slug/grants': staff,
  'page /:lang/staff/datasets/new': staff,
  'page /:lang/staff/certificates/:number': staff,
  'page /:lang/staff/holds': staff,
  'page /:lang/staff/retention': staff,
  'page /:lang/staff/retention/:slug': staff,
  'page /:lang/staff/keys': staff,
  'page /:lang/staff/keys/:id': staff,
  'page /:lang/staff/people': staff,
  'page /:lang/staff/question/:number': staff,
  'page /:lang/staff/report/:number': staff,
  'page /:lang/staff/breach/:number': staff,
  'page /:lang/staff/datasets/:slug/take-down': staff,
  'page /:lang/staff/rules': staff,
  'page /:lang/staff/rules/:rule': staff,
  'page /:lang/staff/rules/new': staff,
  'page /:lang/staff/rules/waiting': staff,
};

const expandable: Record<string, string> = {
  Things: 'Datastreams/Observations,Locations,HistoricalLocations',
  Locations: 'Things,HistoricalLocations',
  HistoricalLocations: 'Thing,Locations',
  Datastreams: 'Thing,Sensor,ObservedProperty,Observations',
  Sensors: 'Datastreams/Observations',
  ObservedProperties: 'Datastreams/Observations',
  Observations: 'Datastream/Thing,FeatureOfInterest',
  FeaturesOfInterest: 'Observations',
};

/** A table's rows, asked for in every way that an address has. */
function tables(addressOf: (slug: string) => string): Case {
  return {
    reads: () =>
      ['nightjar', 'listed-birds', 'open-trips'].flatMap((slug) => [
        addressOf(slug),
        `${addressOf(slug)}?q=${word}`,
        `${addressOf(slug)}?is.plate=${word}`,
        `${addressOf(slug)}?from.speed=900000&sort=speed`,
        `${addressOf(slug)}?contains.kind=c&sort=-_id`,
      ]),
  };
}

function downloads(format: string): Case {
  return {
    reads: every(({ dataset }) => [
      `/datasets/${dataset}/readings.${format}?period=all`,
      `/datasets/${dataset}/readings.${format}?period=all&resolution=hourly`,
      `/datasets/${dataset}/readings.${format}?sensor=${word}`,
    ]),
  };
}

export type Guess = { hidden: string; nowhere: string; values: readonly [string, string] };

/**
 * Two addresses that differ in the value asked for alone: one that is hidden, one that is nowhere. Whoever could tell the
 * answers apart could find what is hidden by asking.
 */
export function guesses(scene: Scene): Guess[] {
  const strings = [word, 'Feldlerche815'] as const;
  const numbers = [String(canaries.number), '123456.321'] as const;
  const days = [`${canaries.day}T12:00:00Z`, '2018-03-11T12:00:00Z'] as const;
  const texts = [
    ...entitySets.filter((set) => !['HistoricalLocations', 'Observations'].includes(set)),
  ].flatMap((set) => [
    `/v1.1/${set}?$count=true&$filter=substringof('?',name)`,
    `/v1.1/${set}?$count=true&$filter=properties/owner eq '?'`,
    `/v1.1/${set}?$count=true&$filter=description eq '?'`,
  ]);
  const both = (pair: readonly [string, string]) => (template: string) => ({
    hidden: template.split('¿').join(pair[0]),
    nowhere: template.split('¿').join(pair[1]),
    values: pair,
  });
  const mark = (template: string) => template.replace(/'\?'/g, "'¿'");
  return [
    ...texts.map(mark).map(both(strings)),
    ...[
      `/v1.1/Observations?$count=true&$filter=result eq '¿'`,
      `/v1.1/Things?$count=true&$filter=Datastreams/Observations/result eq '¿'`,
      `/v1.1/Observations?$count=true&$filter=Datastream/name eq '¿'`,
      '/en/catalog?q=¿',
      '/en/datasets/open-trips/table?q=¿',
      '/datasets/open-trips/table.csv?is.plate=¿',
      '/datasets/open-trips/table.jsonl?contains.kind=¿',
      '/en/ask?q=¿',
      '/api/3/action/package_search?q=¿',
      '/api/3/action/package_search?fq=tags:¿',
      `/api/3/action/datastore_search?resource_id=${uuidOf('csv', scene.open.datasetId)}&q=¿`,
    ].map(both(strings)),
    ...[
      '/v1.1/Observations?$count=true&$filter=result gt ¿&$orderby=result',
      '/v1.1/Datastreams?$count=true&$filter=Observations/result eq ¿',
    ].map(both(numbers)),
    ...[
      '/v1.1/Observations?$count=true&$filter=phenomenonTime lt ¿',
      '/v1.1/Datastreams?$count=true&$filter=phenomenonTime lt ¿',
    ].map(both(days)),
    ...[scene.hidden.datastreamId].flatMap((id) =>
      [
        '/v1.1/Datastreams(¿)',
        '/v1.1/Datastreams(¿)/Observations?$count=true',
        '/v1.1/Datastreams(¿)/name/$value',
        '/live/datastreams/¿',
      ].map(both([id, '8'])),
    ),
    ...[
      '/datasets/¿/readings.csv',
      '/datasets/¿/readings.parquet',
      '/datasets/¿/table.csv',
      '/en/datasets/¿/table',
      '/datasets/¿/files',
      '/datasets/¿/files/2019-07.parquet',
      '/datasets/¿/sensorthings.json',
      '/api/3/action/package_show?id=¿',
      '/api/3/action/package_search?fq=name:¿',
      '/datasets/¿/readings.json?sensor=x',
      '/live/datasets/¿',
      '/en/datasets/¿',
      '/en/reports/new?dataset=¿',
      '/es/datasets/¿/explore',
      '/en/datasets/¿/api',
    ].map(both([scene.hidden.dataset, 'nowhere1'])),
    ...['package_show?id=¿', 'resource_show?id=¿', 'datastore_search?resource_id=¿']
      .map((call) => `/api/3/action/${call}`)
      .map(both([uuidOf('csv', scene.hidden.datasetId), uuidOf('csv', '999999')])),
    ...['/s/¿', '/en/sensors/¿'].map(both([shortCode(scene.hidden.thingId), shortCode('8')])),
  ];
}

/** CKAN's Action API reads by POST too, in the same words; only calls that fail are posted here. */
function ckanPosts(root: string, { hidden, listed }: Scene) {
  return [
    { path: `${root}/package_show`, body: { id: hidden.dataset } },
    { path: `${root}/package_show`, body: { id: uuidOf('dataset', hidden.datasetId) } },
    ...[hidden, listed].map(({ datasetId }) => ({
      path: `${root}/datastore_search`,
      body: { resource_id: uuidOf('csv', datasetId), q: word },
    })),
    { path: `${root}/package_search`, body: { sort: word } },
    { path: `${root}/${word}`, body: {} },
  ];
}

function ckan(root: string): Case {
  return {
    reads: (scene) => [
      ...[
        'package_list',
        'tag_list',
        'group_list',
        'organization_list',
        'license_list',
        'status_show',
        'site_read',
      ].map((action) => `${root}/${action}?all_fields=true`),
      `${root}/current_package_list_with_resources`,
      `${root}/package_search?rows=1000&facet.field=["tags","organization","groups","place","res_format","license_id"]`,
      `${root}/package_search?q=${word}`,
      `${root}/group_show?id=environment&include_datasets=true`,
      `${root}/help_show?name=${word}`,
      ...every(({ dataset, datasetId }) => [
        `${root}/package_show?id=${dataset}`,
        `${root}/package_show?id=${uuidOf('dataset', datasetId)}`,
        `${root}/resource_show?id=${uuidOf('csv', datasetId)}`,
        `${root}/datastore_search?resource_id=${uuidOf('csv', datasetId)}`,
        `${root}/datastore_search?resource_id=${uuidOf('csv', datasetId)}&q=${word}&distinct=true&fields=result`,
      ])(scene),
    ],
  };
}
