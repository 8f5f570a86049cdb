import { Form, Link, type LoaderFunctionArgs, redirect, useLoaderData } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { parseShortCode } from '../../kit/short-code.ts';
import { loadPage } from '../../page-context.ts';
import { readSite } from '../../places/index.ts';
import { Button, Input, SearchForm } from '../../ui/form.tsx';
import { formatNumber, formatTime } from '../../ui/format.ts';
import { useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { Alert, Card, Cards, Section } from '../../ui/parts.tsx';
import { messages } from '../messages.ts';
import { type OverviewDataset, readOverview } from '../read-overview.ts';
import { topics } from '../topics.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, url }) => {
    const typed = url.searchParams.get('code')?.trim();
    const code = typed ? parseShortCode(typed) : undefined;
    if (code) throw redirect(`/${language}/sensors/${code.code}`);
    if (typed && typed.length > 40) throw new Problem('invalid', 'A code has at most 13 characters.');
    const [{ place }, overview] = await Promise.all([readSite(ctx), readOverview(ctx, { language })]);
    return {
      placeName: place?.name ?? '',
      cities: overview.cities.map((city) => ({
        ...city,
        ...sums(overview.datasets.filter((dataset) => dataset.city === city.slug)),
      })),
      topics: topics
        .map((topic) => ({ topic, ...sums(overview.datasets.filter((dataset) => dataset.topic === topic)) }))
        .filter(({ datasets }) => datasets > 0),
      all: sums(overview.datasets),
      unknownCode: typed ?? null,
    };
  });
}

function sums(datasets: OverviewDataset[]) {
  const sum = (pick: (dataset: OverviewDataset) => number) =>
    datasets.reduce((all, one) => all + pick(one), 0);
  return {
    datasets: datasets.length,
    sensors: sum((dataset) => dataset.sensors),
    readings: sum((dataset) => dataset.readings),
    lastAt: datasets.reduce<string | null>(
      (newest, { lastAt }) => (lastAt && (!newest || lastAt > newest) ? lastAt : newest),
      null,
    ),
  };
}

export default function Home() {
  const { placeName, cities, topics, all, unknownCode } = useLoaderData<typeof loader>();
  const [language, say, timeZone] = [useLanguage(), useMessages(messages), useTimeZone()];
  const number = (value: number) => formatNumber(value, language);
  return (
    <>
      <title>{`${say.homeTitle(placeName)} – Charter Oak`}</title>
      <meta name="description" content={say.homeDescription} />
      <section className="hero">
        <div className="grid-container">
          <h1>{say.homeTitle(placeName)}</h1>
          <p>{say.homeLead}</p>
          <SearchForm
            action={`/${language}/catalog`}
            label={say.searchLabel}
            placeholder={say.homeSearch}
            button={say.searchButton}
            big
          />
          <ul className="figures" aria-label={say.numbers}>
            <li>
              <strong>{number(all.datasets)}</strong> {say.datasetsWord}
            </li>
            <li>
              <strong>{number(all.sensors)}</strong> {say.sensorsWord}
            </li>
            <li>
              <strong>{number(all.readings)}</strong> {say.readingsWord}
            </li>
          </ul>
          <p className="hero__newest" suppressHydrationWarning>
            {all.lastAt ? say.newestReading(formatTime(all.lastAt, language, timeZone)) : say.noReadings}
          </p>
        </div>
      </section>
      <div className="grid-container page">
        {all.datasets === 0 ? (
          <div className="page-section">
            <Alert kind="info" title={say.homeEmpty}>
              {say.homeEmptyText}
            </Alert>
          </div>
        ) : null}
        {cities.length > 0 ? (
          <Section title={say.cities} id="cities">
            <Cards>
              {cities.map((city) => (
                <Card key={city.slug} title={`${city.name}, ${city.state}`} to={`/${language}/${city.slug}`}>
                  <p>
                    {say.datasets(city.datasets, number(city.datasets))} ·{' '}
                    {say.sensors(city.sensors, number(city.sensors))}
                  </p>
                  {city.neighborhoods.length > 0 ? (
                    <p className="quiet">{say.cityWith(city.neighborhoods.join(', '))}</p>
                  ) : null}
                </Card>
              ))}
            </Cards>
          </Section>
        ) : null}
        {topics.length > 0 ? (
          <Section title={say.topics} id="topics">
            <ul className="topic-list">
              {topics.map(({ topic, datasets, sensors }) => (
                <li key={topic}>
                  <Link to={`/${language}/catalog?topic=${topic}`}>{say[topic]}</Link>
                  <span>
                    {say.datasets(datasets, number(datasets))}
                    {sensors > 0 ? ` · ${say.sensors(sensors, number(sensors))}` : null}
                  </span>
                </li>
              ))}
            </ul>
          </Section>
        ) : null}
        <div className="two-panels">
          <section aria-labelledby="code" className="panel">
            <h2 id="code">{say.forResidents}</h2>
            <p>{say.forResidentsText}</p>
            <Form method="get" className="inline-form">
              <Input
                label={say.codeLabel}
                name="code"
                maxLength={20}
                autoComplete="off"
                defaultValue={unknownCode ?? ''}
                error={unknownCode ? say.codeWrong(unknownCode) : undefined}
              />
              <Button>{say.codeButton}</Button>
            </Form>
          </section>
          <section aria-labelledby="rules" className="panel">
            <h2 id="rules">{say.rulesTitle}</h2>
            <p>{say.rulesText}</p>
            <p>
              <Link className="usa-button" to={`/${language}/ask`}>
                {say.rulesAsk}
              </Link>
            </p>
            <Link to={`/${language}/guides`}>{say.rulesGuides}</Link>
          </section>
          <section aria-labelledby="by-program" className="panel">
            <h2 id="by-program">{say.forDevelopers}</h2>
            <p>{say.forDevelopersText}</p>
            <Link className="usa-button usa-button--outline" to={`/${language}/developers`}>
              {say.forDevelopersLink}
            </Link>
          </section>
        </div>
      </div>
    </>
  );
}
