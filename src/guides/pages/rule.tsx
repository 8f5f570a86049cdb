import { data, Form, Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { Button, Input } from '../../ui/form.tsx';
import { formatDate } from '../../ui/format.ts';
import { Speaking, useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { guideMessages } from '../guide-messages.ts';
import { askHref } from '../question.ts';
import { readRuleFile } from '../read-rule-file.ts';
import { ruleMessages } from '../rule-messages.ts';
import { RuleBody, RuleLine, SourceLine, StateTag } from '../rule-parts.tsx';
import { TextChecks } from '../text-checks.tsx';
import { WorkOut } from '../work-form.tsx';
import { workOut } from '../work-out.ts';
import '../guides.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url }) => {
    const id = params.id ?? '';
    const file = await readRuleFile(ctx, {
      language,
      id,
      lawDay: url.searchParams.get('law') ?? '',
      knownDay: url.searchParams.get('known') ?? '',
    });
    const worked = await workOut(ctx, { language, id, fields: Object.fromEntries(url.searchParams) });
    const faulty = worked && Object.keys(worked.work.faults).length > 0;
    return data({ ...file, worked }, faulty ? { status: 400 } : {});
  });
}

export default function RulePage() {
  const file = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(guideMessages), useMessages(ruleMessages)];
  const newest = file.records[0]?.rule;
  if (!newest) return null;
  const title = `${words[newest.aspect]}: ${newest.topic.name}, ${newest.place.name}`;
  return (
    <Speaking language={language} timeZone={file.timeZone}>
      <Page
        title={title}
        lead={say.ruleLead}
        description={newest.says}
        crumbs={[{ title: say.title, to: `/${language}/guides` }, { title: say.rule }]}
      >
        {file.current ? (
          <Section title={say.now} id="now">
            <RuleBody rule={file.current} linked={false} />
            <TextChecks checks={file.checks} place={file.current.place.name} />
            <p>
              <Link
                to={askHref(language, {
                  // A state is no place to choose: which city is asked next.
                  place: file.current.place.isState ? '' : file.current.place.slug,
                  topic: newest.topic.id,
                  aspect: newest.aspect,
                })}
              >
                {say.askSame}
              </Link>
            </p>
          </Section>
        ) : null}
        {file.worked && file.current ? <WorkOut rule={file.current} worked={file.worked} /> : null}
        <History />
        <Replay />
        {file.related.length > 0 ? (
          <Section title={say.related} id="related">
            {file.related.map((rule) => (
              <RuleLine key={rule.id} rule={rule} />
            ))}
          </Section>
        ) : null}
        {file.guides.length > 0 ? (
          <Section title={say.usedIn} id="guides">
            <ul className="usa-list">
              {file.guides.map(({ place, slug, title: name }) => (
                <li key={`${place} ${slug}`}>
                  <Link to={`/${language}/guides/${place}/${slug}`}>{name}</Link>
                </li>
              ))}
            </ul>
          </Section>
        ) : null}
        <p className="quiet">
          <code>{file.id}</code> · {words.noAdvice}
        </p>
      </Page>
    </Speaking>
  );
}

function History() {
  const { records } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(guideMessages)];
  const day = (text: string | undefined, absent: string) =>
    text ? formatDate(text, language) : <span className="not-stated">{absent}</span>;
  return (
    <Section title={say.history} id="history" intro={say.historyText}>
      <Table
        caption={say.history}
        captionHidden
        stacked
        columns={[
          { title: say.record },
          { title: say.knownFrom },
          { title: say.knownTo },
          { title: say.law },
          { title: say.says },
        ]}
        rows={records.map(({ number, rule, knownFrom, knownTo }) => ({
          key: String(number),
          cells: [
            String(number),
            <Time key="from" at={knownFrom} />,
            knownTo ? <Time key="to" at={knownTo} /> : say.stillKnown,
            <span key="law">
              {day(rule.validFrom, say.open)} – {day(rule.validTo, say.noEnd)}
            </span>,
            <div key="says">
              {rule.says} <StateTag state={rule.state} />
              <div className="quiet">
                <SourceLine cite={[...rule.cite, ...rule.candidates.flatMap(({ cite }) => cite)]} />
              </div>
            </div>,
          ],
        }))}
      />
    </Section>
  );
}

function Replay() {
  const { replay, asked, records } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(guideMessages)];
  const counted = replay && records.find(({ number }) => number === replay.number);
  return (
    <Section title={say.replay} id="replay" intro={say.replayText}>
      <Form method="get" action="#replay" className="inline-form">
        <Input label={say.lawDay} name="law" type="date" defaultValue={replay?.lawDay ?? asked.lawDay} />
        <Input
          label={say.knownDay}
          name="known"
          type="date"
          defaultValue={replay?.knownDay ?? asked.knownDay}
        />
        <Button kind="outline">{say.show}</Button>
      </Form>
      {replay ? (
        <Alert kind={counted ? 'success' : 'info'}>
          <p>
            {say.lawDay}: {formatDate(replay.lawDay, language)}; {say.knownDay}:{' '}
            {formatDate(replay.knownDay, language)}.
          </p>
          {counted ? (
            <p>
              {say.counted} {counted.number}. {counted.rule.says} (<SourceLine cite={counted.rule.cite} />)
            </p>
          ) : (
            <p>{say.noneCounted}</p>
          )}
        </Alert>
      ) : null}
    </Section>
  );
}
