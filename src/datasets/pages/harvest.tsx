import {
  type ActionFunctionArgs,
  data,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
} from 'react-router';
import { loadStaffPage } from '../../page-context.ts';
import { formatNumber } from '../../ui/format.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { harvestMessages } from '../harvest/harvest-messages.ts';
import { listSources } from '../harvest/list-sources.ts';
import { saveSource } from '../harvest/save-source.ts';
import { refusalOf, SourceForm, type SourceRefusal } from '../harvest/source-form.tsx';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, ({ ctx }) => listSources(ctx));
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, form }) => {
    const given = Object.fromEntries([...(await form())].map(([name, value]) => [name, String(value)]));
    const { name = '', kind = '', url = '', office = '', every = '' } = given;
    try {
      const id = await saveSource(ctx, { fields: { name, kind, url, office, every } });
      return redirect(`/${language}/staff/harvest/${id}?done=added`);
    } catch (error) {
      return data(refusalOf(error, given, harvestMessages[language]), { status: 400 });
    }
  });
}

export default function Harvest() {
  const { sources, offices, mayManage } = useLoaderData<typeof loader>();
  const refusal = useActionData<SourceRefusal>();
  const [language, say] = [useLanguage(), useMessages(harvestMessages)];
  return (
    <Page
      title={say.title}
      lead={say.lead}
      crumbs={[{ title: say.staff, to: `/${language}/staff` }, { title: say.title }]}
    >
      {refusal ? <Alert kind="error">{refusal.error ?? say.wrong}</Alert> : null}
      <Section title={say.sources} id="sources">
        <Table
          caption={say.sources}
          captionHidden
          stacked
          empty={say.none}
          columns={[
            { title: say.name },
            { title: say.kind },
            { title: say.entries, numeric: true },
            { title: say.lastRead },
            { title: say.state },
          ]}
          rows={sources.map((source) => ({
            key: source.id,
            cells: [
              <Link key="name" to={`/${language}/staff/harvest/${source.id}`}>
                {source.name}
              </Link>,
              say[`kind_${source.kind}`],
              formatNumber(source.entries, language),
              source.lastOkAt ? <Time key="last" at={source.lastOkAt} /> : say.never,
              !source.enabled
                ? say.stopped
                : source.waits
                  ? say.waitsShort
                  : source.error
                    ? say.failed
                    : say.running,
            ],
          }))}
        />
      </Section>
      {mayManage ? (
        <Section title={say.add} id="add" intro={say.addText}>
          <SourceForm offices={offices} refusal={refusal} button={say.addButton} />
        </Section>
      ) : null}
    </Page>
  );
}
