import type { ReactNode } from 'react';
import { Form, Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { readDemoKey } from '../../people/index.ts';
import { Button, Input } from '../../ui/form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Code, Section } from '../../ui/parts.tsx';
import { developersMessages } from '../developers-messages.ts';
import { type Example, readExample } from '../read-example.ts';
import { prettyAnswer, trialPath } from '../trial-query.ts';

/** What a page can carry; the address itself gives the whole answer. */
const longestAnswer = 30_000;

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, url, publicUrl, ask }) => {
    const query = url.searchParams.get('query')?.trim() ?? '';
    const [example, demoKey] = await Promise.all([readExample(ctx), readDemoKey(ctx)]);
    const demo = demoKey && { key: demoKey, limit: ctx.config.LIMIT_DEMO_KEY };
    if (!query) return { publicUrl, example, demo, query, trial: null };
    const path = trialPath(query);
    const answer = await ask(path);
    const text = prettyAnswer(answer.body, answer.contentType);
    return {
      publicUrl,
      example,
      demo,
      query,
      trial: {
        path,
        status: answer.status,
        ms: Math.max(1, Math.round(answer.ms)),
        text: text.slice(0, longestAnswer),
        length: text.length,
      },
    };
  });
}

export default function Developers() {
  const { publicUrl, example, demo, query, trial } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(developersMessages)];
  return (
    <Page title={say.title} lead={say.lead} crumbs={[{ title: say.title }]}>
      <Section title={say.ways} id="ways">
        <div className="two-panels two-panels--wide">
          <Way
            title={say.sensorthings}
            text={say.sensorthingsText}
            example={`curl '${publicUrl}/v1.1/Things?$top=5'`}
          />
          <Way
            title={say.downloads}
            text={say.downloadsText}
            example={
              example
                ? `curl '${publicUrl}/datasets/${example.slug}/readings.csv?from=${example.day}'`
                : undefined
            }
          />
          <Way
            title={say.live}
            text={say.liveText}
            example={example ? `curl -N '${publicUrl}/live/datastreams/${example.datastream}'` : undefined}
          />
          <Way title={say.openapi} text={say.openapiText} example={`curl '${publicUrl}/openapi.json'`}>
            <a href="/openapi.json">/openapi.json</a>
          </Way>
        </div>
      </Section>
      <Section title={say.try} id="try" intro={say.tryText}>
        <Form method="get" action="#try" className="query-form" key={query}>
          <Input
            label={say.queryLabel}
            name="query"
            defaultValue={query || 'Things?$top=5&$expand=Locations'}
            maxLength={1000}
            autoComplete="off"
            spellCheck={false}
            autoCapitalize="none"
          />
          <Button>{say.send}</Button>
        </Form>
        {example ? <Examples example={example} /> : <Alert kind="info">{say.noData}</Alert>}
        {trial ? (
          <div className="trial">
            <h3>{say.answer}</h3>
            <p>
              {say.status(trial.status, formatNumber(trial.ms, language))} ·{' '}
              <a href={trial.path}>{say.openAnswer}</a>
              {trial.length > trial.text.length ? (
                <>
                  {' · '}
                  {say.cut(formatNumber(trial.text.length, language), formatNumber(trial.length, language))}
                </>
              ) : null}
            </p>
            <div className="answer">
              <Code label={say.answer}>{trial.text}</Code>
            </div>
          </div>
        ) : null}
      </Section>
      <Section title={say.keys} id="keys" intro={say.keysText}>
        <p>
          <Link to={`/${language}/account#keys`}>{say.keysMake}</Link>
        </p>
        {demo ? (
          <>
            <h3>{say.demoKey}</h3>
            <p>{say.demoKeyText}</p>
            {demo.limit ? <p>{say.demoKeyLimit(demo.limit.requests, demo.limit.seconds)}</p> : null}
            <Code label={say.demoKey}>
              {`curl -H 'Authorization: Bearer ${demo.key}' '${publicUrl}/v1.1/Things?$top=5'`}
            </Code>
          </>
        ) : null}
      </Section>
      <Section title={say.limits} id="limits">
        <ul className="usa-list">
          <li>{say.limitRead}</li>
          <li>{say.limitPage}</li>
          <li>{say.limitRestricted}</li>
          <li>{say.limitReplay}</li>
          <li>{say.limitWrite}</li>
          <li>{say.limitTime}</li>
          <li>{say.limitLicense}</li>
        </ul>
      </Section>
    </Page>
  );
}

function Way({
  title,
  text,
  example,
  children,
}: {
  title: string;
  text: string;
  example?: string;
  children?: ReactNode;
}) {
  return (
    <div className="panel">
      <h3>{title}</h3>
      <p>{text}</p>
      {example ? <Code label={title}>{example}</Code> : null}
      {children ? <p>{children}</p> : null}
    </div>
  );
}

function Examples({ example }: { example: Example }) {
  const [language, say] = [useLanguage(), useMessages(developersMessages)];
  const examples = [
    [say.exampleThings, 'Things?$top=5&$expand=Locations'],
    [
      say.exampleNewest,
      `Datastreams(${example.datastream})/Observations?$orderby=phenomenonTime desc&$top=10&$select=phenomenonTime,result`,
    ],
    [
      say.exampleFilter,
      "Datastreams?$filter=substringof('emperature',ObservedProperty/name)&$top=5&$select=name,unitOfMeasurement",
    ],
    [
      say.exampleLatest,
      `Things(${example.thing})/Datastreams?$expand=Observations($top=1;$orderby=phenomenonTime desc)`,
    ],
  ] as const;
  return (
    <>
      <h3>{say.examples}</h3>
      <ul className="usa-list">
        {examples.map(([title, query]) => (
          <li key={query}>
            <Link to={`/${language}/developers?query=${encodeURIComponent(query)}#try`}>{title}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
