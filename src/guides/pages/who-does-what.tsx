import { Form, Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { Button, Select } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { officeMessages } from '../office-messages.ts';
import { askHref } from '../question.ts';
import { type Part, readDirectory } from '../read-directory.ts';
import { ruleMessages } from '../rule-messages.ts';
import '../guides.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url }) => {
    const directory = await readDirectory(ctx, { language, place: params.place ?? '' });
    const office = url.searchParams.get('office') ?? '';
    const { place, city, state, parts } = directory;
    const offices = new Map(parts.map((part) => [part.office.slug, part.office.name]));
    return {
      place,
      city,
      state,
      office,
      offices: [...offices].toSorted(([, a], [, b]) => a.localeCompare(b, 'en')),
      parts: parts.filter((part) => office === '' || part.office.slug === office),
    };
  });
}

export default function WhoDoesWhat() {
  const { place, city, state, office, offices, parts } = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(officeMessages), useMessages(ruleMessages)];
  const title = say.matrixTitle(city.name);
  return (
    <Page
      title={title}
      lead={say.matrixLead}
      crumbs={[{ title: city.name, to: `/${language}/${city.slug}/offices` }, { title }]}
    >
      {place.slug === city.slug ? null : (
        <Alert kind="info">
          <p>{say.partText(place.name, city.name)}</p>
        </Alert>
      )}
      <p>
        <Link to={`/${language}/${city.slug}/offices`}>{say.toOffices}</Link>
      </p>
      <Form method="get" className="inline-form no-print">
        <Select
          label={say.filterOffice}
          name="office"
          defaultValue={office}
          options={[
            { value: '', label: say.allOffices },
            ...offices.map(([value, label]) => ({ value, label })),
          ]}
        />
        <Button kind="outline">{say.show}</Button>
      </Form>
      <div className="page-section">
        <Parts parts={parts.filter(({ office }) => office.place === city.slug)} caption={say.matrixCaption} />
      </div>
      {state ? (
        <Section title={say.stateTitle(state.name)} id="state" intro={say.stateText}>
          <Parts
            parts={parts.filter(({ office }) => office.place !== city.slug)}
            caption={say.stateTitle(state.name)}
          />
        </Section>
      ) : null}
      <p className="quiet">{words.noAdvice}</p>
    </Page>
  );
}

function Parts({ parts, caption }: { parts: Part[]; caption: string }) {
  const { city } = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(officeMessages), useMessages(ruleMessages)];
  return (
    <Table
      caption={caption}
      captionHidden
      stacked
      empty={say.noParts}
      columns={[{ title: say.topic }, { title: say.office }, { title: say.part }, { title: say.instrument }]}
      rows={parts.map((part) => ({
        key: `${part.topic.id} ${part.office.slug}`,
        cells: [
          <Link key="topic" to={askHref(language, { place: city.slug, topic: part.topic.id })}>
            {part.topic.name}
          </Link>,
          <Link key="office" to={`/${language}/${part.office.place}/offices#${part.office.slug}`} lang="en">
            {part.office.name}
          </Link>,
          <span key="part">
            {part.aspects.map((aspect) => words[aspect]).join('; ')}
            {part.askOnly ? <span className="quiet"> ({say.askOnly})</span> : null}
          </span>,
          <Instruments key="texts" part={part} />,
        ],
      }))}
    />
  );
}

function Instruments({ part }: { part: Part }) {
  const language = useLanguage();
  return (
    <ul className="plain-list">
      {part.instruments.map(({ name, ruleId }) => (
        <li key={name}>
          <Link to={`/${language}/rules/${ruleId}`} lang="en">
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}
