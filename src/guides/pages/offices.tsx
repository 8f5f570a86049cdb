import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { officeMessages } from '../office-messages.ts';
import { OfficeCard } from '../office-parts.tsx';
import { readDirectory } from '../read-directory.ts';
import '../guides.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params }) => {
    const { parts: _, ...directory } = await readDirectory(ctx, { language, place: params.place ?? '' });
    return directory;
  });
}

export default function Offices() {
  const { place, city, state, offices, stateOffices } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(officeMessages)];
  const isPart = place.slug !== city.slug;
  const title = say.title(city.name);
  return (
    <Page
      title={title}
      lead={say.lead}
      crumbs={[
        // A state has no page of its own.
        { title: city.name, ...(state ? { to: `/${language}/${city.slug}` } : {}) },
        { title },
      ]}
    >
      {isPart ? (
        <Alert kind="info">
          <p>{say.partText(place.name, city.name)}</p>
        </Alert>
      ) : null}
      <p>
        <Link to={`/${language}/${city.slug}/who-does-what`}>{say.toMatrix}</Link> ·{' '}
        <Link to={`/${language}/which-office?place=${city.slug}`}>{say.finderTitle}</Link>
      </p>
      <Section title={title} id="offices">
        {offices.length === 0 ? <p>{say.none}</p> : <p className="quiet">{say.asRecorded}</p>}
        {offices.map((office) => (
          <OfficeCard key={office.slug} office={office} place={state ? city.slug : undefined} />
        ))}
      </Section>
      {state && stateOffices.length > 0 ? (
        <Section title={say.stateTitle(state.name)} id="state" intro={say.stateText}>
          {stateOffices.map((office) => (
            <OfficeCard key={office.slug} office={office} place={city.slug} />
          ))}
        </Section>
      ) : null}
    </Page>
  );
}
