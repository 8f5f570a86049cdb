import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { findPlace, listOffices, type Office } from '../../places/index.ts';
import { SearchForm } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { OnThisPage } from '../../ui/navigation.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Facts, Section, Tag } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { messages } from '../messages.ts';
import { readOverview } from '../read-overview.ts';
import { topics } from '../topics.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params }) => {
    const { place, city, neighborhoods } = await findPlace(ctx, params.place ?? '');
    const [offices, overview] = await Promise.all([
      listOffices(ctx, city.slug),
      readOverview(ctx, { language, city: city.slug }),
    ]);
    return { place, city, neighborhoods, offices, datasets: overview.datasets };
  });
}

export default function City() {
  const { place, city, neighborhoods, offices, datasets } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(messages)];
  const number = (value: number) => formatNumber(value, language);
  const sensors = datasets.reduce((sum, dataset) => sum + dataset.sensors, 0);
  const byTopic = topics
    .map((topic) => ({ topic, list: datasets.filter((dataset) => dataset.topic === topic) }))
    .filter(({ list }) => list.length > 0);
  const catalog = `/${language}/catalog?place=${city.slug}`;
  const isPart = place.slug !== city.slug;
  return (
    <Speaking language={language} timeZone={city.timeZone}>
      <Page
        title={isPart ? say.cityTitle(place.name) : say.cityTitle(city.name)}
        crumbs={
          isPart
            ? [{ title: city.name, to: `/${language}/${city.slug}` }, { title: place.name }]
            : [{ title: city.name }]
        }
        lead={say.cityLead(
          city.name,
          say.sensors(sensors, number(sensors)),
          say.datasets(datasets.length, number(datasets.length)),
        )}
      >
        {isPart ? (
          <Alert kind="info" title={say.partOf(place.name, city.name)}>
            {say.partOfText(place.name, city.name)}
          </Alert>
        ) : null}
        <div className="two-columns">
          <aside className="aside">
            <SearchForm
              action={`/${language}/catalog`}
              label={say.cityCatalog(city.name)}
              button={say.searchButton}
              hidden={{ place: city.slug }}
            />
            <p>
              <Link to={catalog}>{say.cityAll(city.name)}</Link>
            </p>
            <h2 className="aside__title">{say.rulesTitle}</h2>
            <ul>
              <li>
                <Link to={`/${language}/ask?place=${place.slug}`}>{say.rulesAsk}</Link>
              </li>
              <li>
                <Link to={`/${language}/guides#${city.slug}`}>{say.rulesOf(city.name)}</Link>
              </li>
              <li>
                <Link to={`/${language}/${city.slug}/who-does-what`}>{say.whoDoesWhat}</Link>
              </li>
              <li>
                <Link to={`/${language}/which-office?place=${city.slug}`}>{say.whichOffice}</Link>
              </li>
            </ul>
            {neighborhoods.length > 0 ? (
              <>
                <h2 className="aside__title">{say.neighborhoods}</h2>
                <ul>
                  {neighborhoods.map((neighborhood) => (
                    <li key={neighborhood.slug}>
                      <Link to={`/${language}/${neighborhood.slug}`}>{neighborhood.name}</Link>
                    </li>
                  ))}
                </ul>
              </>
            ) : null}
            <OnThisPage
              parts={[
                { id: 'datasets', title: say.datasetsByTopic },
                { id: 'offices', title: say.offices },
              ]}
            />
          </aside>
          <div>
            <Section title={say.datasetsByTopic} id="datasets">
              {byTopic.length === 0 ? <p>{say.noDatasets}</p> : null}
              {byTopic.map(({ topic, list }) => (
                <section key={topic} aria-labelledby={`topic-${topic}`} className="topic-group">
                  <h3 id={`topic-${topic}`}>{say[topic]}</h3>
                  <ul className="entry-list">
                    {list.map((dataset) => (
                      <li key={dataset.slug}>
                        <Link to={`/${language}/datasets/${dataset.slug}`}>{dataset.title}</Link>{' '}
                        {dataset.access !== 'open' ? (
                          <Tag tone={dataset.access}>{say[dataset.access]}</Tag>
                        ) : null}
                        <span className="quiet">
                          {dataset.access === 'open' ? (
                            <>
                              {say.sensors(dataset.sensors, number(dataset.sensors))} · {say.lastReading}:{' '}
                              {dataset.lastAt ? <Time at={dataset.lastAt} /> : say.noReadings}
                            </>
                          ) : null}
                        </span>
                      </li>
                    ))}
                  </ul>
                </section>
              ))}
            </Section>
            <Section title={say.offices} id="offices" intro={say.officesLead}>
              {offices.length === 0 ? <p>{say.noOffices}</p> : null}
              {offices.length > 0 ? <p className="quiet">{say.asRecorded}</p> : null}
              <p>
                <Link to={`/${language}/${city.slug}/offices`}>{say.officesMore}</Link>
              </p>
              {offices.map((office) => (
                <OfficeEntry key={office.slug} office={office} />
              ))}
            </Section>
          </div>
        </div>
      </Page>
    </Speaking>
  );
}

/** Offices are described in the words of their source, which are English. */
function OfficeEntry({ office }: { office: Office }) {
  const say = useMessages(messages);
  const reachable = office.email || office.phone || office.address;
  return (
    <article className="office" id={office.slug}>
      <h3 lang="en">{office.name}</h3>
      <p lang="en">{office.duty}</p>
      <Facts
        facts={[
          ...(reachable
            ? [
                {
                  term: say.email,
                  value: office.email && <a href={`mailto:${office.email}`}>{office.email}</a>,
                },
                {
                  term: say.phone,
                  value: office.phone && <a href={`tel:${office.phone}`}>{office.phone}</a>,
                },
                { term: say.address, value: office.address },
              ]
            : [{ term: say.contact, value: null }]),
          { term: say.source, value: <span lang="en">{office.source}</span> },
        ]}
      />
    </article>
  );
}
