import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { DescriptionFacts, DictionaryTable } from '../../release/view.tsx';
import { formatDay } from '../../ui/format.ts';
import { Speaking, useLanguage, useMessages, useTimeZone } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { Alert, Code, Facts, Section } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { datasetMoreMessages } from '../dataset-more-messages.ts';
import { FileTable } from '../files/files-section.tsx';
import { listFilesDuring } from '../files/list-files.ts';
import { messages } from '../messages.ts';
import { readVersions } from '../read-versions.ts';
import { Changed } from '../version-parts.tsx';

export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, language, params, publicUrl }) => {
    if (!/^[1-9]\d{0,8}$/.test(params.number ?? ''))
      throw new Problem('not-found', 'There is no such version.');
    const { versions, shown, ...found } = await readVersions(ctx, {
      slug: params.slug ?? '',
      language,
      number: Number(params.number),
    });
    if (!shown) throw new Problem('not-found', 'There is no such version.');
    return {
      ...found,
      shown,
      files: await listFilesDuring(ctx, { slug: found.slug, from: shown.at, to: shown.until }),
      address: `${publicUrl}/${language}/datasets/${found.slug}/versions/${shown.number}`,
    };
  });
}

/** A description as it was, at an address that stays. */
export default function VersionPage() {
  const { slug, title, timeZone, placeName, total, shown, files, address, askName } =
    useLoaderData<typeof loader>();
  const [language, say, words, siteZone] = [
    useLanguage(),
    useMessages(datasetMoreMessages),
    useMessages(messages),
    useTimeZone(),
  ];
  const { description, dictionary } = shown.content;
  const zone = timeZone ?? siteZone;
  const here = `/${language}/datasets/${slug}`;
  const offices = Object.fromEntries(
    [
      [description.office, description.officeName],
      [description.custodian, description.custodianName],
      [description.retentionAsk, askName],
    ].filter((pair): pair is [string, string] => Boolean(pair[0] && pair[1])),
  );
  return (
    <Speaking language={language} timeZone={zone}>
      <Page
        title={say.versionTitle(title, shown.number)}
        lead={say.versionLead(formatDay(shown.at, language, zone))}
        crumbs={[
          { title, to: here },
          { title: say.versionsTitle(title), to: `${here}/versions` },
          { title: say.versionLink(shown.number) },
        ]}
      >
        {shown.number < total ? (
          <Alert kind="info">
            <Link to={here}>{say.newer}</Link>
          </Alert>
        ) : null}
        <Facts
          facts={[
            {
              term: say.cite,
              value: (
                <span lang="en">
                  {shown.citation} {address}
                </span>
              ),
            },
            { term: say.atColumn, value: <Time at={shown.at} /> },
            { term: say.changedColumn, value: <Changed parts={shown.changed} /> },
            { term: words.access, value: words[shown.content.access as 'open'] },
            ...(shown.content.policyVersion > 0
              ? [{ term: say.withheld, value: say.withheldUnder(shown.content.policyVersion) }]
              : []),
            { term: say.checksum, value: <code className="checksum">{shown.checksum}</code> },
          ]}
        />
        <Section title={say.description} id="description">
          <DescriptionFacts description={description} offices={offices} placeName={placeName} />
        </Section>
        <Section title={say.dictionary} id="dictionary">
          <DictionaryTable columns={dictionary} />
        </Section>
        <Section title={say.files} id="files" intro={files.length > 0 ? say.filesOfVersion : undefined}>
          {files.length > 0 ? <FileTable slug={slug} files={files} /> : <p>{say.noFiles}</p>}
        </Section>
        <Section title={say.content} id="content" intro={say.checksumText}>
          <Code label={say.content}>{JSON.stringify(shown.content, null, 2)}</Code>
        </Section>
      </Page>
    </Speaking>
  );
}
