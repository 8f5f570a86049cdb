import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Citation, MoneyValue, RuleValue } from '../rules/index.ts';
import { formatDate } from '../ui/format.ts';
import { useLanguage, useMessages } from '../ui/language-context.tsx';
import { Alert, Facts, Tag } from '../ui/parts.tsx';
import { officeHref } from './question.ts';
import { ruleMessages } from './rule-messages.ts';
import type { OfficeName, RuleView } from './rule-view.ts';

/** How pages show a rule: what it says, its value with the source beside it, and what is not known about it. */
export function StateTag({ state }: { state: RuleView['state'] | 'none' }) {
  const say = useMessages(ruleMessages);
  return <span className={`usa-tag rule-state rule-state--${state}`}>{say[state]}</span>;
}

/** One rule with everything that must stand beside it. `asked`: the question that led here goes along to the office. */
export function RuleBody({
  rule,
  question,
  place,
  linked = true,
}: {
  rule: RuleView;
  question?: string;
  place?: string;
  /** Leads to the rule's own page. */
  linked?: boolean;
}) {
  const [language, say] = [useLanguage(), useMessages(ruleMessages)];
  const gap = rule.state !== 'specified';
  const { value } = rule;
  return (
    <div className={`rule rule--${rule.state}`}>
      <p className="rule__says">{rule.says}</p>
      <p>
        <StateTag state={rule.state} />
      </p>
      {gap ? <Doubt state={rule.state} /> : null}
      <Facts
        facts={[
          { term: say.appliesTo, value: rule.place.name },
          ...(rule.custodian
            ? [{ term: say.onlyHeldBy, value: <Offices offices={[rule.custodian]} /> }]
            : []),
          ...(rule.stated ? [{ term: say.officeValue, value: <Offices offices={[rule.stated]} /> }] : []),
          ...(value && value.kind !== 'statement' && value.kind !== 'office'
            ? [{ term: valueTerm(value, say), value: <Value value={value} /> }]
            : []),
          ...(rule.openEnd ? [{ term: say.openEnd, value: <OpenEnd rule={rule} /> }] : []),
          {
            term: rule.state === 'not-specified' ? say.pagesRead : say.sources,
            value: <Sources rule={rule} />,
          },
          ...(rule.checkedAt ? [{ term: say.checkedOn, value: formatDate(rule.checkedAt, language) }] : []),
          ...validity(rule, language, say),
          ...(rule.offices.length > 0
            ? [{ term: say.offices, value: <Offices offices={rule.offices} /> }]
            : []),
          ...(rule.ask.length > 0 ? [{ term: say.askWhom, value: <Offices offices={rule.ask} /> }] : []),
        ]}
      />
      {gap ? <AskOffice about={{ rule: rule.id, place, question }} /> : null}
      {linked ? (
        <p>
          <Link to={`/${language}/rules/${rule.id}`}>{say.ruleLink}</Link>
        </p>
      ) : null}
    </div>
  );
}

/** A rule in a list: its sentence, whether it is sure, and where it comes from in one line. */
export function RuleLine({ rule, children }: { rule: RuleView; children?: ReactNode }) {
  const [language, say] = [useLanguage(), useMessages(ruleMessages)];
  return (
    <article className="rule-line">
      <p>
        <strong>
          {say[rule.aspect]} · {rule.topic.name} · {rule.place.name}
        </strong>
        {rule.custodian ? <span lang="en"> · {rule.custodian.name}</span> : null}
      </p>
      <p>
        {rule.says} {rule.state === 'specified' ? null : <StateTag state={rule.state} />}
      </p>
      {children}
      <p className="quiet">
        <SourceLine cite={rule.cite} />
        {' · '}
        <Link to={`/${language}/rules/${rule.id}`}>{say.ruleLink}</Link>
      </p>
    </article>
  );
}

export function Doubt({ state }: { state: RuleView['state'] }) {
  const say = useMessages(ruleMessages);
  const texts = {
    'not-specified': say.notSpecifiedText,
    unverified: say.unverifiedText,
    conflict: say.conflictText,
    specified: say.specifiedText,
  };
  return (
    <Alert kind={state === 'not-specified' ? 'info' : 'warning'}>
      <p>{texts[state]}</p>
    </Alert>
  );
}

function Sources({ rule }: { rule: RuleView }) {
  const say = useMessages(ruleMessages);
  if (rule.candidates.length > 0) {
    return (
      <ol className="usa-list">
        {rule.candidates.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: candidates have no name but their place in the record
          <li key={index}>
            {say.version(index + 1)}: <StateTag state={one.state} />{' '}
            {one.value && one.value.kind !== 'statement' ? <Value value={one.value} /> : null}
            <Citations cite={one.cite} />
          </li>
        ))}
      </ol>
    );
  }
  return <Citations cite={rule.cite} />;
}

export function Citations({ cite }: { cite: readonly Citation[] }) {
  const say = useMessages(ruleMessages);
  if (cite.length === 0) return <p>{say.noSource}</p>;
  return (
    <ul className="citations">
      {cite.map((one) => (
        <li key={`${one.instrument} ${one.locator} ${one.how}`}>
          <CitationText cite={one} />
        </li>
      ))}
    </ul>
  );
}

/** Where it stands, who publishes it, when it was read and how. Sources are named in their own words. */
export function CitationText({ cite }: { cite: Citation }) {
  const [language, say] = [useLanguage(), useMessages(ruleMessages)];
  return (
    <>
      <cite lang="en">{cite.instrument}</cite>, <span lang="en">{cite.locator}</span>.{' '}
      <span className="quiet">
        {say[cite.level]}, <span lang="en">{cite.publisher}</span>;{' '}
        {cite.published ? `${say.published} ${formatDate(cite.published, language)}` : say.noDate};{' '}
        {say.readOn} {formatDate(cite.readAt, language)}.
      </span>{' '}
      <Tag>{say[cite.how]}</Tag>
      {cite.url ? (
        <>
          {' '}
          <a href={cite.url} rel="noopener">
            {say.open}
          </a>
        </>
      ) : null}
    </>
  );
}

/** The first source alone, for lists. */
export function SourceLine({ cite }: { cite: readonly Citation[] }) {
  const say = useMessages(ruleMessages);
  const [first] = cite;
  if (!first) return <>{say.noSource}</>;
  return (
    <>
      {say.source}: <cite lang="en">{first.instrument}</cite>, <span lang="en">{first.locator}</span> (
      {say[first.how]})
    </>
  );
}

/** Offices are named in the words of their source, which are English. */
export function Offices({ offices }: { offices: readonly OfficeName[] }) {
  const language = useLanguage();
  return (
    <ul className="plain-list">
      {offices.map(({ slug, name, place }) => (
        <li key={slug}>
          {place ? (
            <Link to={`/${language}/${place}/offices#${slug}`} lang="en">
              {name}
            </Link>
          ) : (
            <span lang="en">{name}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What no source says of a period: what happens when its last day is a closed day; and whom to ask. */
export function OpenEnd({ rule }: { rule: RuleView }) {
  const [language, say] = [useLanguage(), useMessages(ruleMessages)];
  const names = (rule.openEnd ?? []).map(({ name }) => name);
  return (
    <>
      <span className="not-stated">{say.openEndNone}</span> {say.openEndText}{' '}
      {names.length > 0 ? (
        <>
          {say.askWhom}: <span lang="en">{names.join(', ')}</span>.{' '}
        </>
      ) : (
        `${say.openEndCity} `
      )}
      <Link className="no-print" to={officeHref(language, { rule: rule.id })}>
        {say.openEndAsk}
      </Link>
    </>
  );
}

export function AskOffice({ about }: { about: Parameters<typeof officeHref>[1] }) {
  const [language, say] = [useLanguage(), useMessages(ruleMessages)];
  return (
    <p className="action no-print">
      <Link className="usa-button" to={officeHref(language, about)}>
        {say.askButton}
      </Link>{' '}
      <span className="quiet">{say.askNote}</span>
    </p>
  );
}

type Words = ReturnType<typeof useMessages<(typeof ruleMessages)['en'], (typeof ruleMessages)['es']>>;

function validity(rule: RuleView, language: 'en' | 'es', say: Words) {
  return [
    ...(rule.validFrom
      ? [{ term: say.inForceFrom, value: formatDate(rule.validFrom, language) }]
      : rule.state === 'specified'
        ? [{ term: say.inForceFrom, value: <span className="not-stated">{say.sinceUnknown}</span> }]
        : []),
    ...(rule.validTo ? [{ term: say.inForceTo, value: formatDate(rule.validTo, language) }] : []),
  ];
}

function valueTerm(value: RuleValue, say: Words): string {
  const terms = {
    money: say.amount,
    period: say.period,
    office: say.officeValue,
    form: say.form_,
    statement: say.source,
  };
  return terms[value.kind];
}

export function Value({ value }: { value: RuleValue }) {
  const [language, say] = [useLanguage(), useMessages(ruleMessages)];
  switch (value.kind) {
    case 'statement':
      return null;
    case 'money':
      return <>{moneyText(value, language, say)}</>;
    case 'period': {
      const count = `${value.unit}s` as 'months';
      return (
        <>
          {say[count](value.count)} ({value.statutory ? say.statutory : say.ownTarget}; {say.countedFrom}{' '}
          <span lang="en">{value.from}</span>)
        </>
      );
    }
    case 'office':
      return <>{value.office}</>;
    case 'form':
      return value.url ? (
        <a href={value.url}>{value.name ?? value.url}</a>
      ) : (
        <span lang="en">{value.name}</span>
      );
  }
}

function moneyText(value: MoneyValue, language: 'en' | 'es', say: Words): string {
  const locale = language === 'es' ? 'es-US' : 'en-US';
  const sum = (cents: number) =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
    }).format(cents / 100);
  const range = ({ min, max }: { min?: number; max?: number }) => {
    if (min !== undefined && max !== undefined)
      return min === max ? say.exactly(sum(min)) : say.between(sum(min), sum(max));
    return min === undefined ? say.atMost(sum(max ?? 0)) : say.atLeast(sum(min));
  };
  const text = value.offenses
    ? value.offenses.map((step) => say.nth(step.nth, range(step))).join('; ')
    : range(value);
  if (!value.per) return text;
  const unit = value.per === 'request' || value.per === 'permit' ? (`${value.per}_` as const) : value.per;
  return `${text} ${say.per(say[unit])}`;
}
