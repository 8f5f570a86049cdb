import { data, Form, Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { Button, Fieldset, Radio, Select } from '../../ui/form.tsx';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section } from '../../ui/parts.tsx';
import { findOffice } from '../find-office.ts';
import { matters, owners } from '../finder.ts';
import { guideMessages } from '../guide-messages.ts';
import { officeMessages } from '../office-messages.ts';
import { OfficeCard } from '../office-parts.tsx';
import { askHref } from '../question.ts';
import { ruleMessages } from '../rule-messages.ts';
import { RuleLine } from '../rule-parts.tsx';
import '../guides.css';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, url }) => {
    const field = (name: string) => url.searchParams.get(name)?.trim() ?? '';
    const finding = await findOffice(ctx, {
      language,
      place: field('place'),
      about: field('about'),
      whose: field('whose'),
    });
    // The page offers the places that there are.
    return data(finding, { status: finding.unknownPlace ? 400 : 200 });
  });
}

export default function WhichOffice() {
  const { asked, choices, place, unknownPlace, found, general } = useLoaderData<typeof loader>();
  const [language, say, words] = [useLanguage(), useMessages(officeMessages), useMessages(ruleMessages)];
  const guides = useMessages(guideMessages);
  return (
    <Page
      title={say.finderTitle}
      lead={say.finderLead}
      description={say.finderLead}
      crumbs={[{ title: guides.title, to: `/${language}/guides` }, { title: say.finderTitle }]}
    >
      <Form
        method="get"
        action={`/${language}/which-office`}
        className="panel ask-form"
        key={JSON.stringify(asked)}
      >
        <Select
          label={say.place}
          hint={say.placeHint}
          name="place"
          error={unknownPlace ? say.unknownPlace(unknownPlace) : undefined}
          defaultValue={place?.slug}
          options={choices.places.map(({ slug, name }) => ({ value: slug, label: name }))}
        />
        <div className="ask-form__two">
          <Fieldset legend={say.about}>
            {matters.map((matter) => (
              <Radio
                key={matter}
                name="about"
                value={matter}
                label={say[matter]}
                defaultChecked={matter === (asked.about || 'complaint')}
              />
            ))}
          </Fieldset>
          <Fieldset legend={say.whose}>
            {owners.map((owner) => (
              <Radio
                key={owner}
                name="whose"
                value={owner}
                label={say[`whose-${owner}`]}
                defaultChecked={owner === asked.whose}
              />
            ))}
          </Fieldset>
        </div>
        <div className="action">
          <Button>{say.find}</Button>
        </div>
      </Form>
      {found && place ? (
        <Section title={say.found(place.name)} id="found">
          {place.city ? <p>{say.partOf(place.name, place.city)}</p> : null}
          {found.length === 0 ? (
            <Alert kind="info" title={say.notFound}>
              <p>{say.notFoundText}</p>
            </Alert>
          ) : null}
          {general && found.length > 0 ? (
            <Alert kind="info">
              <p>{say.general}</p>
            </Alert>
          ) : null}
          {found.map((office) => (
            <OfficeCard key={office.slug} office={office}>
              <h4>{say.because}</h4>
              {office.because.map((rule) => (
                <RuleLine key={rule.id} rule={rule} />
              ))}
            </OfficeCard>
          ))}
          <p>
            <Link to={askHref(language, { place: place.slug })}>{say.askWords}</Link> ·{' '}
            <Link to={`/${language}/${place.slug}/offices`}>{say.directory(place.name)}</Link>
          </p>
        </Section>
      ) : null}
      <p className="quiet">{words.noAdvice}</p>
    </Page>
  );
}
