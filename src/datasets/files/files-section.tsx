import { formatNumber } from '../../ui/format.ts';
import { locales } from '../../ui/language.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Section, Table } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';
import { filesMessages } from './messages.ts';
import { filePath, type PublishedFile } from './published-file.ts';

/** More than this a person looks for in the list for programs. */
const mostShown = 24;

/** The files of months that are over; nothing where there is none. */
export function FilesSection({ slug, files }: { slug: string; files: PublishedFile[] }) {
  const say = useMessages(filesMessages);
  if (files.length === 0) return null;
  const there = files.filter(({ endedAt }) => endedAt === null).slice(0, mostShown);
  const older = files.filter(({ endedAt }) => endedAt !== null).slice(0, mostShown);
  return (
    <Section title={say.files} id="files" intro={say.filesIntro}>
      {there.length > 0 ? <FileTable slug={slug} files={there} /> : null}
      {older.length > 0 ? (
        <details>
          <summary>{say.older}</summary>
          <FileTable slug={slug} files={older} />
        </details>
      ) : null}
      <p>
        <a href={`/datasets/${slug}/files`}>{say.allFiles}</a>
      </p>
    </Section>
  );
}

/** Files with their editions and checksums; of one that is gone, what became of it. */
export function FileTable({ slug, files }: { slug: string; files: PublishedFile[] }) {
  const [language, say] = [useLanguage(), useMessages(filesMessages)];
  const monthOf = (month: string) =>
    new Intl.DateTimeFormat(locales[language], { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${month}-01T00:00:00Z`),
    );
  const sizeOf = (bytes: number) =>
    bytes < 1e6
      ? `${formatNumber(Math.ceil(bytes / 1000), language)} kB`
      : `${formatNumber(Math.round(bytes / 1e5) / 10, language)} MB`;
  const why = ({ endedWhy }: PublishedFile) =>
    ({ superseded: say.superseded, withdrawn: say.withdrawn })[endedWhy ?? ''] ?? endedWhy ?? '';
  return (
    <Table
      caption={say.files}
      captionHidden
      stacked
      columns={[
        { title: say.month },
        { title: say.edition, numeric: true },
        { title: say.rows, numeric: true },
        { title: say.size, numeric: true },
        { title: say.published },
        { title: say.checksum },
      ]}
      rows={files.map((file) => ({
        key: file.id,
        cells: [
          file.endedAt === null ? (
            <a key="file" href={filePath(slug, file)} download>
              {monthOf(file.month)}
            </a>
          ) : (
            `${monthOf(file.month)}: ${why(file)}`
          ),
          formatNumber(file.edition, language),
          formatNumber(file.rows, language),
          sizeOf(file.bytes),
          <Time key="made" at={file.madeAt} day />,
          <code key="checksum" className="checksum">
            {file.sha256}
          </code>,
        ],
      }))}
      empty=""
    />
  );
}
