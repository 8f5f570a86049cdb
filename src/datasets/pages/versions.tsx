import { Form, Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { Button, Input } from '../../ui/form.tsx';
import { Speaking, useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { Pagination } from '../../ui/navigation.tsx';
import { Page } from '../../ui/page.tsx';
import { Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { datasetMoreMessages } from '../dataset-more-messages.ts';
import { messages } from '../messages.ts';
import { readVersions, versionsPerPage } from '../read-versions.ts';
import { Changed } from '../version-parts.tsx';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, url }) => {
    const page = Number(url.searchParams.get('page') || '1');
    if (!Number.isInteger(page) || page < 1 || page > 10_000)
      throw new Problem('invalid', '“page” in the address is wrong: it is a whole number from 1.');
    const on = url.searchParams.get('on') || undefined;
    const slug = params.slug ?? '';
    return { ...(await readVersions(ctx, { slug, language, page, ...(on ? { on } : {}) })), page, on };
  });
}

/** Every description that was public, and the one that was in force on a day. */
export default function VersionsPage() {
  const { slug, title, timeZone, versions, total, shown, page, on } = useLoaderData<typeof loader>();
  const [language, say, words, siteZone] = [
    useLanguage(),
    useMessages(datasetMoreMessages),
    useMessages(messages),
    useTimeZone(),
  ];
  const here = `/${language}/datasets/${slug}`;
  const heading = say.versionsTitle(title);
  return (
    <Speaking language={language} timeZone={timeZone ?? siteZone}>
      <Page
        title={heading}
        lead={say.versionsLead}
        crumbs={[
          { title: words.catalogTitle, to: `/${language}/catalog` },
          { title, to: here },
          { title: heading },
        ]}
      >
        <Form method="get" className="inline-form">
          <Input label={say.asOn} name="on" type="date" required defaultValue={on} />
          <Button kind="outline">{say.show}</Button>
        </Form>
        {on ? (
          <p aria-live="polite">
            {shown ? (
              <Link to={`${here}/versions/${shown.number}`}>{say.onAnswer(shown.number)}</Link>
            ) : (
              say.onNothing
            )}
          </p>
        ) : null}
        <Section title={heading} id="versions">
          <Table
            caption={heading}
            captionHidden
            stacked
            empty={say.onNothing}
            columns={[{ title: say.versionColumn }, { title: say.atColumn }, { title: say.changedColumn }]}
            rows={versions.map((version) => ({
              key: String(version.number),
              cells: [
                <Link key="number" to={`${here}/versions/${version.number}`}>
                  {say.versionLink(version.number)}
                </Link>,
                <Time key="at" at={version.at} />,
                <Changed key="changed" parts={version.changed} />,
              ],
            }))}
          />
          <Pagination
            page={page}
            pages={Math.ceil(total / versionsPerPage)}
            hrefOf={(number) => `${here}/versions?page=${number}`}
          />
        </Section>
      </Page>
    </Speaking>
  );
}
