import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { loadStaffPage } from '../../page-context.ts';
import { isPermitted } from '../../people/index.ts';
import { aspects } from '../../rules/index.ts';
import { Button, Input, Select } from '../../ui/form.tsx';
import { formatDate } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Pagination } from '../../ui/navigation.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table, Tag } from '../../ui/parts.tsx';
import { readRulebook } from '../read-rulebook.ts';
import { ruleWordsMessages } from '../rule-words-messages.ts';
import { type LastLook, recheckMonths } from '../staff/last-look.ts';
import { listRuleProposals } from '../staff/list-rule-proposals.ts';
import { listRules, works } from '../staff/list-rules.ts';
import { ruleFormMessages } from '../staff/rule-form-messages.ts';
import { namesOf } from '../staff/rule-lines.ts';
import { ruleStaffMessages } from '../staff/rule-staff-messages.ts';

const onePage = 50;
const states = ['specified', 'not-specified', 'unverified', 'conflict'] as const;

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, url }) => {
    const text = (name: string) => (url.searchParams.get(name) ?? '').slice(0, 200);
    const filter = Object.fromEntries(
      ['q', 'place', 'topic', 'aspect', 'state', 'work'].map((name) => [name, text(name)]),
    ) as Record<'q' | 'place' | 'topic' | 'aspect' | 'state' | 'work', string>;
    const months = /^\d{1,3}$/.test(text('months')) ? Number(text('months')) : recheckMonths;
    const { rules, counts, total } = await listRules(ctx, { ...filter, months });
    const pages = Math.max(1, Math.ceil(rules.length / onePage));
    const page = Math.min(pages, Math.max(1, Number(text('page')) || 1));
    const { places, topics } = namesOf(await readRulebook(ctx), language);
    return {
      rules: rules.slice((page - 1) * onePage, page * onePage),
      found: rules.length,
      ...{ page, pages, counts, total, filter, months, places, topics, works: [...works] },
      mayPropose: isPermitted(ctx, 'propose-rule'),
      waiting: (await listRuleProposals(ctx)).length,
      done: text('done'),
    };
  });
}

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>;

export default function Rules() {
  const loaded = useLoaderData<typeof loader>();
  const { rules, found, page, pages, places, topics, filter, months } = loaded;
  const [language, say, words] = [
    useLanguage(),
    useMessages(ruleStaffMessages),
    useMessages(ruleWordsMessages),
  ];
  const form = useMessages(ruleFormMessages);
  const here = `/${language}/staff/rules`;
  const address = (change: Record<string, string>) => {
    const given = { ...filter, ...(months === recheckMonths ? {} : { months: String(months) }), ...change };
    return `${here}?${new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ''))}`;
  };
  return (
    <Page
      title={say.title}
      lead={say.lead}
      crumbs={[{ title: say.staff, to: `/${language}/staff` }, { title: say.title }]}
    >
      {loaded.done === 'asked' ? <Alert kind="success">{say.done_asked}</Alert> : null}
      <p>
        {loaded.mayPropose ? (
          <Link className="usa-button" to={`${here}/new`}>
            {say.add}
          </Link>
        ) : null}{' '}
        <Link to={`${here}/waiting`}>{say.waitingLink}</Link>: {loaded.waiting}
      </p>
      <Section title={say.filterTitle} id="filter">
        <Filter key={address({})} loaded={loaded} />
      </Section>
      <Section title={say.workTitle} id="work" intro={say.workText}>
        <ul className="usa-list">
          {loaded.works.map((work) => (
            <li key={work}>
              <Link to={address({ work })}>{say[`work_${work}`]}</Link>: {loaded.counts[work]}
            </li>
          ))}
        </ul>
      </Section>
      <Section title={say.listTitle} id="list">
        <p>{say.count(found)}</p>
        <Table
          caption={say.listTitle}
          captionHidden
          stacked
          empty={say.none}
          columns={[{ title: say.rule }, { title: say.says }, { title: form.state }, { title: say.look }]}
          rows={rules.map((rule) => ({
            key: rule.id,
            cells: [
              <span key="rule">
                <Link to={`${here}/${rule.id}`}>{rule.id}</Link>
                <br />
                <span className="quiet">
                  {[topics[rule.topic], words[rule.aspect], places[rule.place]].join(' · ')}
                </span>
              </span>,
              rule.says[language],
              <span key="state">
                <Tag>{words[rule.state]}</Tag> {rule.waiting ? <Tag>{say.waits}</Tag> : null}
              </span>,
              <Look key="look" look={rule.look} />,
            ],
          }))}
        />
        <Pagination page={page} pages={pages} hrefOf={(to) => address({ page: String(to) })} />
      </Section>
    </Page>
  );
}

function Look({ look }: { look: LastLook }) {
  const [language, say] = [useLanguage(), useMessages(ruleStaffMessages)];
  if (look.day === null) return say.never;
  const day = formatDate(look.day, language);
  return look.result === null
    ? say.readOn(day)
    : say.checkedOn(day, say[look.result as 'agrees'] ?? look.result);
}

function Filter({ loaded }: { loaded: Loaded }) {
  const { filter, places, topics, months } = loaded;
  const [language, say, words] = [
    useLanguage(),
    useMessages(ruleStaffMessages),
    useMessages(ruleWordsMessages),
  ];
  const options = (all: [string, string][]) => [
    { value: '', label: say.all },
    ...all
      .map(([value, label]) => ({ value, label }))
      .toSorted((a, b) => a.label.localeCompare(b.label, language)),
  ];
  const form = useMessages(ruleFormMessages);
  return (
    <form method="get" className="inline-form">
      <Input label={say.words} name="q" defaultValue={filter.q} maxLength={200} />
      <Select
        label={form.place}
        name="place"
        defaultValue={filter.place}
        options={options(Object.entries(places))}
      />
      <Select
        label={form.topic}
        name="topic"
        defaultValue={filter.topic}
        options={options(Object.entries(topics))}
      />
      <Select
        label={form.aspect}
        name="aspect"
        defaultValue={filter.aspect}
        options={options(aspects.map((each) => [each, words[each]]))}
      />
      <Select
        label={form.state}
        name="state"
        defaultValue={filter.state}
        options={options(states.map((each) => [each, words[each]]))}
      />
      <Select
        label={say.work}
        name="work"
        defaultValue={filter.work}
        options={options(loaded.works.map((each) => [each, say[`work_${each}`]]))}
      />
      <Input
        label={say.months}
        hint={say.monthsHint}
        name="months"
        type="number"
        min={1}
        max={240}
        defaultValue={months}
      />
      <Button>{say.show}</Button>
    </form>
  );
}
