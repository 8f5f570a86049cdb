import {
  type ActionFunctionArgs,
  data,
  Link,
  type LoaderFunctionArgs,
  redirect,
  useActionData,
  useLoaderData,
  useSearchParams,
} from 'react-router';
import { isProblem } from '../../../kit/problem.ts';
import { loadStaffPage } from '../../../page-context.ts';
import { Button, Input } from '../../../ui/form.tsx';
import { formatNumber } from '../../../ui/format.ts';
import { useLanguage, useMessages } from '../../../ui/language-context.tsx';
import { Page } from '../../../ui/page.tsx';
import { Alert, Facts, Section, Table } from '../../../ui/parts.tsx';
import { Time } from '../../../ui/time.tsx';
import { confirmUpload } from '../confirm-upload.ts';
import { deskMessages } from '../desk-messages.ts';
import { FetchForm } from '../fetch-form.tsx';
import { forgetUpload } from '../forget-upload.ts';
import { guessUpload } from '../guess-upload.ts';
import { fileFrom, planFrom } from '../plan-form.ts';
import { PlanForm, Rejects } from '../plan-parts.tsx';
import { type DeskUpload, readTableDesk, type TableDesk } from '../read-table-desk.ts';
import { setTableFetch } from '../set-table-fetch.ts';
import '../tables.css';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params, url }) => {
    const desk = await readTableDesk(ctx, { dataset: params.slug ?? '' });
    const wanted = url.searchParams.get('upload');
    const open = desk.uploads.find(
      ({ id, state }) => state === 'staged' && (wanted === null || wanted === id),
    );
    // What was found in other files is not needed, and may be long.
    const uploads = desk.uploads.map((upload) =>
      upload === open ? upload : { ...upload, guess: null, plan: null },
    );
    return { ...desk, uploads, open: open?.id ?? null };
  });
}

export function action(args: ActionFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, language, params, form }) => {
    const fields = await form();
    const field = (name: string) => String(fields.get(name) ?? '');
    const dataset = params.slug ?? '';
    const upload = field('upload');
    const here = `/${language}/staff/datasets/${dataset}/table`;
    try {
      if (field('do') === 'forget') {
        await forgetUpload(ctx, { upload });
        return redirect(`${here}?done=forgotten`);
      }
      if (field('do') === 'fetch') {
        await setTableFetch(ctx, { dataset, url: field('url'), every: field('every'), mode: field('mode') });
        return redirect(`${here}?done=fetch`);
      }
      if (field('do') === 'again') {
        await guessUpload(ctx, { upload, file: fileFrom(field) });
        return redirect(`${here}?upload=${upload}#file`);
      }
      await confirmUpload(ctx, { upload, plan: planFrom(field) });
      // A small file is stored in a moment; the page of a large one tells how far it is.
      for (let wait = 0; wait < 15; wait++) {
        const { uploads } = await readTableDesk(ctx, { dataset });
        if (uploads.find(({ id }) => id === upload)?.state !== 'queued') break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return redirect(`${here}?upload=${upload}`);
    } catch (error) {
      if (!isProblem(error) || !['invalid', 'too-late', 'conflict'].includes(error.kind)) throw error;
      return data({ error: error.message }, { status: 400 });
    }
  });
}

export default function TableDeskPage() {
  const desk = useLoaderData<typeof loader>();
  const failed = useActionData<{ error?: string }>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(deskMessages)];
  const { dataset, table, uploads } = desk;
  const open = uploads.find(({ id }) => id === desk.open);
  const chosen = uploads.find(({ id }) => id === query.get('upload'));
  const queued = uploads.find(({ state }) => state === 'queued');
  const number = (value: number | null) => formatNumber(value ?? 0, language);
  return (
    <Page
      title={say.title(dataset.title)}
      lead={say.lead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.datasets, to: `/${language}/staff/datasets` },
        { title: dataset.title, to: `/${language}/staff/datasets/${dataset.slug}` },
        { title: say.table },
      ]}
    >
      {failed?.error ? (
        <Alert kind="error" title={say.wrong}>
          <span lang="en">{failed.error}</span>
        </Alert>
      ) : null}
      {!failed && query.get('refused') ? <Alert kind="error">{say.refused_large}</Alert> : null}
      {!failed && query.get('done') === 'fetch' ? <Alert kind="success">{say.done_fetch}</Alert> : null}
      {!failed && query.get('done') === 'forgotten' ? (
        <Alert kind="success">{say.done_forgotten}</Alert>
      ) : null}
      {!failed && chosen?.state === 'failed' ? (
        <Alert kind="error" title={say.state_failed}>
          <span lang="en">{chosen.error}</span>
        </Alert>
      ) : null}
      {!failed && chosen?.state === 'stored' ? (
        <Alert kind="success">
          {say.done_stored(number(chosen.rowsStored))}{' '}
          {chosen.rowsBad ? `${say.bad(number(chosen.rowsBad))}.` : ''}
          <Rejects upload={chosen} />{' '}
          <Link to={`/${language}/staff/datasets/${dataset.slug}`}>{say.describe}</Link>
        </Alert>
      ) : null}
      {queued ? <Storing upload={queued} /> : null}
      {open?.guess ? <PlanForm upload={open} guess={open.guess} existing={table?.columns ?? []} /> : null}
      {open || queued ? null : <UploadForm slug={dataset.slug} />}
      <Section title={say.inTable} id="table">
        <InTable desk={desk} />
      </Section>
      <FetchForm fetch={desk.fetch} />
      <Section title={say.history} id="files">
        <Table
          caption={say.history}
          captionHidden
          stacked
          empty={say.none}
          columns={[{ title: say.when }, { title: say.what_ }, { title: say.by }, { title: say.outcome }]}
          rows={uploads.map((upload) => ({
            key: upload.id,
            cells: [
              <Time key="when" at={upload.madeAt} />,
              upload.fileName,
              upload.by,
              <Outcome key="outcome" upload={upload} />,
            ],
          }))}
        />
      </Section>
    </Page>
  );
}

function UploadForm({ slug }: { slug: string }) {
  const [language, say] = [useLanguage(), useMessages(deskMessages)];
  return (
    <Section title={say.upload} id="file">
      <form
        method="post"
        action={`/staff/datasets/${slug}/table/files`}
        encType="multipart/form-data"
        className="usa-form usa-form--large"
      >
        <input type="hidden" name="language" value={language} />
        <Input
          label={say.file}
          hint={say.fileHint}
          type="file"
          name="file"
          required
          accept=".csv,.tsv,.txt,.gz,.xlsx,text/csv,application/gzip,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        />
        <Button>{say.uploadButton}</Button>
      </form>
    </Section>
  );
}

function Storing({ upload }: { upload: DeskUpload }) {
  const [language, say] = [useLanguage(), useMessages(deskMessages)];
  const part = Math.round((upload.part ?? 0) * 100);
  return (
    <Section title={say.storing} id="file">
      {/* Without the part of the page: to that a browser would only scroll. */}
      <meta httpEquiv="refresh" content={`3;url=?upload=${upload.id}`} />
      <progress value={part} max={100} aria-label={say.storing} />
      <p>{say.storingText(formatNumber(upload.rowsRead ?? 0, language), String(part))}</p>
    </Section>
  );
}

function InTable({ desk: { table, dataset } }: { desk: Pick<TableDesk, 'table' | 'dataset'> }) {
  const [language, say] = [useLanguage(), useMessages(deskMessages)];
  if (!table) return <p>{say.empty}</p>;
  const seen = table.fault
    ? say.withheld(table.fault)
    : table.shown
      ? say.shown
      : dataset.access === 'open'
        ? say.settling
        : say.notOpen;
  return (
    <>
      <Facts
        facts={[
          { term: say.rows, value: formatNumber(table.rows, language) },
          {
            term: say.columns,
            value: <span lang="en">{table.columns.map(({ name }) => name).join(', ')}</span>,
          },
          { term: say.changed, value: <Time at={table.changedAt} /> },
          { term: say.seen, value: seen },
        ]}
      />
      <p>
        {table.shown ? (
          <Link to={`/${language}/datasets/${dataset.slug}/table`}>{say.toPublic}</Link>
        ) : (
          <Link to={`/${language}/staff/datasets/${dataset.slug}/publish`}>{say.publish}</Link>
        )}
      </p>
    </>
  );
}

function Outcome({ upload }: { upload: DeskUpload }) {
  const [language, say] = [useLanguage(), useMessages(deskMessages)];
  const number = (value: number | null) => formatNumber(value ?? 0, language);
  if (upload.state === 'stored')
    return (
      <>
        {[
          say.stored(number(upload.rowsStored)),
          ...(upload.rowsReplaced ? [say.replaced(number(upload.rowsReplaced))] : []),
          ...(upload.rowsBad ? [say.bad(number(upload.rowsBad))] : []),
        ].join(', ')}{' '}
        {upload.rejects.length > 0 ? (
          <a href={`/staff/table-files/${upload.id}/rejects.csv`} download>
            {say.badList}
          </a>
        ) : null}
      </>
    );
  return (
    <>
      {say[`state_${upload.state}`]}
      {upload.error ? (
        <>
          {': '}
          <span lang="en">{upload.error}</span>
        </>
      ) : null}{' '}
      {upload.state === 'staged' ? <Link to={`?upload=${upload.id}#file`}>{say.open}</Link> : null}
    </>
  );
}
