import { Form, Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { Button, Select } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { DutyTable } from '../duty-table.tsx';
import { officeMessages } from '../office-messages.ts';
import { readDirectory } from '../read-directory.ts';
import { ruleMessages } from '../rule-messages.ts';
import '../guides.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url }) => {
    const directory = await readDirectory(ctx, { language, place: params.place ?? '' });
    const office = url.searchParams.get('office') ?? '';
    const { place, city, state, parts } = directory;
    const all = parts.flatMap(({ duties }) => duties.flatMap((duty) => duty.offices));
    const offices = new Map(all.map(({ slug, name }) => [slug, name]));
    return {
      place,
      city,
      state,
      office,
      offices: [...offices].toSorted(([, a], [, b]) => a.localeCompare(b, 'en')),
      parts: parts.flatMap((part) => {
        const duties = part.duties.filter(
          (duty) => office === '' || duty.offices.some(({ slug }) => slug === office),
        );
        return duties.length === 0 ? [] : [{ ...part, duties }];
      }),
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
        <DutyTable
          parts={parts.filter(({ place }) => place === city.slug)}
          place={city.slug}
          caption={say.matrixCaption}
        />
      </div>
      {state ? (
        <Section title={say.stateTitle(state.name)} id="state" intro={say.stateText}>
          <DutyTable
            parts={parts.filter(({ place }) => place !== city.slug)}
            place={city.slug}
            caption={say.stateTitle(state.name)}
          />
        </Section>
      ) : null}
      <p className="quiet">{words.noAdvice}</p>
    </Page>
  );
}
