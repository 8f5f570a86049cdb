import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import type { Ctx } from '../../kit/context.ts';
import { loadPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { OnThisPage } from '../../ui/navigation.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Code, Section } from '../../ui/parts.tsx';
import { listFiles } from '../files/list-files.ts';
import { filesMessages } from '../files/messages.ts';
import { filePath } from '../files/published-file.ts';
import { messages } from '../messages.ts';
import { readDataset } from '../read-dataset.ts';
import { rowsPath, uuidOf } from '../resources.ts';
import { readDataTable } from '../tables/read-data-table.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, publicUrl }) => {
    const { dataset } = await readDataset(ctx, { slug: params.slug ?? '', language, sensorsPage: 1 });
    const isOpen = dataset.access === 'open';
    const files = isOpen ? await listFiles(ctx, { slug: dataset.slug }) : [];
    const newest = files.find(({ endedAt }) => endedAt === null);
    return {
      publicUrl,
      isOpen,
      dataset: { slug: dataset.slug, title: dataset.title, place: dataset.place },
      day: dataset.extent.lastDay,
      datastream: dataset.anyDatastream,
      resource: uuidOf('csv', dataset.id),
      table: isOpen && dataset.tableRows !== null ? await tableExamples(ctx, dataset) : null,
      file: newest ? filePath(dataset.slug, newest) : null,
    };
  });
}

export default function DatasetApi() {
  const data = useLoaderData<typeof loader>();
  const { dataset, isOpen } = data;
  const [language, say, words] = [useLanguage(), useMessages(filesMessages), useMessages(messages)];
  const path = `/${language}/datasets/${dataset.slug}`;
  const parts = isOpen ? examplesOf(data, say) : [];
  return (
    <Page
      title={say.title}
      lead={say.lead(dataset.title)}
      crumbs={[
        ...(dataset.place ? [{ title: dataset.place.name, to: `/${language}/${dataset.place.slug}` }] : []),
        { title: words.catalogTitle, to: `/${language}/catalog` },
        { title: dataset.title, to: path },
        { title: say.title },
      ]}
    >
      {isOpen ? null : <Alert kind="info">{say.closed}</Alert>}
      {isOpen ? (
        <OnThisPage
          parts={[...parts.map(({ id, title }) => ({ id, title })), { id: 'limits', title: say.limits }]}
        />
      ) : null}
      {parts.map(({ id, title, text, code }) => (
        <Section key={id} title={title} id={id} intro={text}>
          {code.map((each) => (
            <Code key={each} label={title}>
              {each}
            </Code>
          ))}
        </Section>
      ))}
      <Section title={say.limits} id="limits" intro={say.limitsText}>
        <p>
          <Link to={`/${language}/developers`}>{say.limitsMore}</Link>
        </p>
      </Section>
      <p>
        <Link to={path}>{say.back}</Link>
      </p>
    </Page>
  );
}

/** What examples on a table need: one that filters by its first column. */
async function tableExamples(ctx: Ctx, { id, slug }: { id: string; slug: string }) {
  const { columns } = await readDataTable(ctx, { of: { dataset: slug } });
  const column = encodeURIComponent(columns[0]?.name ?? '').replaceAll("'", '%27');
  return { filter: column ? `?empty.${column}=no` : '', rowsPath: rowsPath(id) };
}

type Example = { id: string; title: string; text?: string; code: string[] };
type Words = (typeof filesMessages)['en'] | (typeof filesMessages)['es'];

/** Every address is of this very dataset, and answers. */
function examplesOf(data: Awaited<ReturnType<typeof loader>>, say: Words): Example[] {
  const { publicUrl, dataset, day, datastream, resource, file, table } = data;
  const at = `${publicUrl}/datasets/${dataset.slug}`;
  const days = day ? `?from=${day}` : '';
  const ofTable: Example[] = table
    ? [
        {
          id: 'table',
          title: say.table,
          text: say.tableText,
          code: [`curl '${at}/table.csv'`, `curl '${at}/table.jsonl${table.filter}'`],
        },
        {
          id: 'table-python',
          title: say.python,
          code: [
            `import pandas as pd\n\nrows = pd.read_csv('${at}/table.csv')\nprint(rows.describe(include='all'))`,
          ],
        },
        { id: 'table-r', title: 'R', code: [`rows <- read.csv('${at}/table.csv')\nsummary(rows)`] },
        {
          id: 'table-javascript',
          title: 'JavaScript',
          code: [
            `const answer = await fetch('${publicUrl}${table.rowsPath}');\nconst { result } = await answer.json();\nconsole.log(result.total, result.records);`,
          ],
        },
        {
          id: 'table-ckan',
          title: say.ckan,
          text: say.ckanText,
          code: [
            `curl '${publicUrl}/api/3/action/package_show?id=${dataset.slug}'`,
            `curl '${publicUrl}${table.rowsPath}'`,
          ],
        },
      ]
    : [];
  const ofReadings: Example[] = !datastream
    ? []
    : [
        {
          id: 'file',
          title: say.file,
          text: say.fileText,
          code: [`curl '${at}/readings.csv${days}'`, `curl '${at}/readings.jsonl${days}'`],
        },
        {
          id: 'python',
          title: say.python,
          code: [
            `import pandas as pd\n\nreadings = pd.read_csv('${at}/readings.csv${days}', parse_dates=['time_utc'])\nprint(readings.groupby('measure')['result'].describe())`,
            `import pandas as pd\n\nreadings = pd.read_parquet('${at}/readings.parquet${days}')`,
          ],
        },
        {
          id: 'r',
          title: 'R',
          code: [`readings <- read.csv('${at}/readings.csv${days}')\nsummary(readings)`],
        },
        {
          id: 'javascript',
          title: 'JavaScript',
          code: [
            `const answer = await fetch('${at}/readings.json${days}');\nconst readings = await answer.json();\nconsole.log(readings.length, readings[0]);`,
          ],
        },
        {
          id: 'duckdb',
          title: 'DuckDB',
          text: file ? say.duckdbText : say.duckdbNone,
          code: file
            ? [
                `select measure, date_trunc('day', time_utc) as day, avg(result)\nfrom read_parquet('${publicUrl}${file}')\ngroup by all order by all;`,
              ]
            : [],
        },
        {
          id: 'qgis',
          title: 'QGIS',
          text: say.qgisText,
          code: [`${at}/readings.geojson${days}`, `${publicUrl}/v1.1`],
        },
        {
          id: 'sensorthings',
          title: say.sensorthings,
          code: [
            `curl '${publicUrl}/v1.1/Datastreams(${datastream})/Observations?$orderby=phenomenonTime%20desc&$top=10'`,
            `curl '${at}/sensorthings.json${days}'`,
          ],
        },
        { id: 'live', title: say.live, code: [`curl -N '${publicUrl}/live/datasets/${dataset.slug}'`] },
        {
          id: 'ckan',
          title: say.ckan,
          text: say.ckanText,
          code: [
            `curl '${publicUrl}/api/3/action/package_show?id=${dataset.slug}'`,
            `curl '${publicUrl}/api/3/action/datastore_search?resource_id=${resource}&sort=time_utc%20desc&limit=5'`,
          ],
        },
      ];
  return [
    ...ofTable,
    ...ofReadings,
    {
      id: 'dcat',
      title: say.dcat,
      text: say.dcatText,
      code: [`curl '${publicUrl}/data.json'`, `curl '${publicUrl}/dcat-us-3.json'`],
    },
  ];
}
