import { Form, Link, type LoaderFunctionArgs, redirect, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { Button, Checkbox, Fieldset, Input, Select } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Pagination } from '../../ui/navigation.tsx';
import { Page } from '../../ui/page.tsx';
import { NotStated, Tag } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import {
  catalogQuery,
  type Facet,
  facets,
  pageSize,
  parseCatalogChoice,
  sorts,
  without,
} from '../catalog.ts';
import { FreshnessMark } from '../dataset-about.tsx';
import { freshnessOf } from '../freshness.ts';
import '../harvest/harvest.css';
import { messages } from '../messages.ts';
import { type CatalogEntry, searchCatalog } from '../search-catalog.ts';
import { isTopic } from '../topics.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, url }) => {
    const choice = parseCatalogChoice(url.searchParams);
    const found = await searchCatalog(ctx, { choice, language });
    const pages = Math.max(1, Math.ceil(found.total / pageSize));
    if (choice.page > pages)
      throw redirect(`/${language}/catalog${catalogQuery({ ...choice, page: pages })}`);
    return { choice, ...found, now: ctx.clock.now().toISOString() };
  });
}

/** The facets whose values are the product's own words; the others bring names from the data. */
function useFacetValue(): (facet: Facet, value: string, label: string | null) => string {
  const say = useMessages(messages);
  const words: Record<string, string> = {
    open: say.open,
    key: say.key,
    agreement: say.agreement,
    restricted: say.restricted,
    elsewhere: say.elsewhere,
    footage: say.footage,
    csv: say.csv,
    json: say.json,
    geojson: say.geojson,
    jsonl: 'JSON Lines',
    parquet: 'Parquet',
    sensorthings: say.sensorthings,
    live: say.live,
    hour: say.hour,
    day: say.day,
    week: say.week,
    older: say.older,
    none: say.none,
  };
  return (facet, value, label) => {
    if (facet === 'topic' && isTopic(value)) return say[value];
    return label ?? words[value] ?? value;
  };
}

export default function CatalogPage() {
  const { choice, entries, total, facets: counts, now } = useLoaderData<typeof loader>();
  const [language, say, nameOf] = [useLanguage(), useMessages(messages), useFacetValue()];
  const path = `/${language}/catalog`;
  const chosen = facets.flatMap((facet) =>
    choice[facet].map((value) => ({
      facet,
      value,
      name: nameOf(facet, value, counts[facet].find((known) => known.value === value)?.label ?? null),
    })),
  );
  const pages = Math.ceil(total / pageSize);
  return (
    <Page title={say.catalogTitle} lead={say.catalogLead} crumbs={[{ title: say.catalogTitle }]}>
      {/* Another choice is another form: what the browser remembers of the old boxes must not stay. */}
      <Form method="get" action={path} className="two-columns two-columns--left" key={catalogQuery(choice)}>
        <div className="filters">
          <Input
            label={say.searchLabel}
            type="search"
            name="q"
            defaultValue={choice.q}
            maxLength={200}
            autoComplete="off"
          />
          <Button>{say.searchButton}</Button>
          <details className="filters__more">
            <summary>{say.filters}</summary>
            {facets.map((facet) => (
              <FacetGroup
                key={facet}
                legend={say[facet]}
                facet={facet}
                values={withChosen(counts[facet], choice[facet])}
                chosen={choice[facet]}
              />
            ))}
            <Button>{say.apply}</Button>
          </details>
        </div>
        <div>
          <div className="results-head">
            <h2 className="results-count" aria-live="polite">
              {say.results(total, formatNumber(total, language))}
            </h2>
            <div className="sort">
              <Select
                label={say.sortBy}
                name="sort"
                defaultValue={choice.sort}
                options={sorts
                  .filter((sort) => sort !== 'relevance' || choice.q)
                  .map((sort) => ({ value: sort, label: say[sort] }))}
              />
              <Button kind="outline">{say.sortButton}</Button>
            </div>
          </div>
          {chosen.length > 0 ? (
            <div className="chips">
              <span id="chosen">{say.chosen}</span>
              <ul aria-labelledby="chosen">
                {chosen.map(({ facet, value, name }) => (
                  <li key={`${facet} ${value}`}>
                    <Link
                      className="chip"
                      to={path + catalogQuery(without(choice, facet, value))}
                      aria-label={say.remove(name)}
                    >
                      {name} <span aria-hidden="true">×</span>
                    </Link>
                  </li>
                ))}
                <li>
                  <Link to={path + (choice.q ? `?q=${encodeURIComponent(choice.q)}` : '')}>
                    {say.removeAll}
                  </Link>
                </li>
              </ul>
            </div>
          ) : null}
          {entries.length === 0 ? <Nothing path={path} /> : null}
          <ul className="results">
            {entries.map((entry) => (
              <Entry key={entry.slug} entry={entry} now={now} />
            ))}
          </ul>
          <Pagination
            page={choice.page}
            pages={pages}
            hrefOf={(page) => path + catalogQuery({ ...choice, page })}
          />
        </div>
      </Form>
    </Page>
  );
}

type FacetCount = { value: string; label: string | null; count: number };

/** A chosen value that fits nothing any more must still be there to be taken away. */
function withChosen(counts: FacetCount[], chosen: string[]): FacetCount[] {
  const missing = chosen.filter((value) => !counts.some((known) => known.value === value));
  return [...counts, ...missing.map((value) => ({ value, label: null, count: 0 }))];
}

function FacetGroup({
  legend,
  facet,
  values,
  chosen,
}: {
  legend: string;
  facet: Facet;
  values: FacetCount[];
  chosen: string[];
}) {
  const [language, say, nameOf] = [useLanguage(), useMessages(messages), useFacetValue()];
  if (values.length === 0) return null;
  const box = ({ value, label, count }: FacetCount) => (
    <Checkbox
      key={value}
      name={facet}
      value={value}
      defaultChecked={chosen.includes(value)}
      label={nameOf(facet, value, label)}
      detail={formatNumber(count, language)}
    />
  );
  const first = values.filter((value, index) => index < 6 || chosen.includes(value.value));
  const rest = values.filter((value) => !first.includes(value));
  return (
    <Fieldset legend={legend}>
      {first.map(box)}
      {rest.length > 0 ? (
        <details>
          <summary>{say.more}</summary>
          {rest.map(box)}
        </details>
      ) : null}
    </Fieldset>
  );
}

function Entry({ entry, now }: { entry: CatalogEntry; now: string }) {
  const [language, say] = [useLanguage(), useMessages(messages)];
  const number = (value: number) => formatNumber(value, language);
  const open = entry.access === 'open';
  // What is not known leaves no mark between the rest.
  const parts = [
    entry.portal ? say.livesAt(entry.portal) : (entry.officeName ?? entry.placeName),
    ...(open
      ? [
          say.sensors(entry.sensors, number(entry.sensors)),
          say.readings(entry.readings, number(entry.readings)),
        ]
      : []),
  ];
  return (
    <li className="result portal-text">
      <h3>
        <Link to={`/${language}/datasets/${entry.slug}`}>{entry.title}</Link>
      </h3>
      <p className="result__tags">
        <Tag tone={entry.access}>{say[entry.access]}</Tag>{' '}
        {isTopic(entry.topic) ? <Tag>{say[entry.topic]}</Tag> : null}
      </p>
      <p>{shortened(entry.description)}</p>
      <p className="quiet">
        {parts.filter(Boolean).join(' · ')}
        {open ? (
          <>
            <br />
            {say.lastReading}: {entry.lastAt ? <Time at={entry.lastAt} /> : say.noReadings}
            <FreshnessMark freshness={freshnessOf({ ...entry, now })} /> · {say.license}:{' '}
            {entry.license ?? <NotStated />}
          </>
        ) : null}
        {entry.missingSince ? (
          <>
            <br />
            {say.notListedSince} <Time at={entry.missingSince} day />
          </>
        ) : null}
      </p>
    </li>
  );
}

/** What other portals write can be pages long: cut after a word. */
const shortened = (text: string): string =>
  text.length <= 400 ? text : `${text.slice(0, 400).replace(/\s+\S*$/, '')}…`;

function Nothing({ path }: { path: string }) {
  const say = useMessages(messages);
  return (
    <div className="empty">
      <h3>{say.emptyTitle}</h3>
      <p>{say.emptyText}</p>
      <p>{say.emptyAsk}</p>
      <Link className="usa-button usa-button--outline" to={path}>
        {say.emptyAll}
      </Link>
      <p>
        <Link to={`${path.replace(/catalog.*$/, 'reports/new')}?what=missing-dataset`}>
          {say.emptyReport}
        </Link>
      </p>
    </div>
  );
}
