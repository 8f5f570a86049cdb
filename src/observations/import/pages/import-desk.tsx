import {
  type ActionFunctionArgs,
  data,
  Form,
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
import { Alert, Section, Table } from '../../../ui/parts.tsx';
import { Time } from '../../../ui/time.tsx';
import { confirmImport } from '../desk/confirm-import.ts';
import { forgetImport } from '../desk/forget-import.ts';
import type { ImportUpload } from '../desk/import-desk.ts';
import { previewUpload } from '../desk/preview-upload.ts';
import { readImportDesk } from '../desk/read-import-desk.ts';
import { ImportForm } from '../import-form.tsx';
import { importMessages } from '../import-messages.ts';
import { Faults, Preview, Summary } from '../import-results.tsx';
import { mappingFrom } from '../mapping-form.ts';

export function loader(args: LoaderFunctionArgs) {
  return loadStaffPage(args, async ({ ctx, params, url }) => {
    const desk = await readImportDesk(ctx, { dataset: params.slug ?? '' });
    const wanted = url.searchParams.get('upload');
    const open = desk.uploads.find(
      ({ id, state }) => state === 'staged' && (wanted === null || wanted === id),
    );
    // What was found in other files is not needed, and may be long.
    const uploads = desk.uploads.map((upload) =>
      upload === open ? upload : { ...upload, proposal: null, mapping: null, preview: null },
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
    const here = `/${language}/staff/datasets/${dataset}/import`;
    try {
      if (field('do') === 'forget') {
        await forgetImport(ctx, { upload });
        return redirect(`${here}?done=forgotten`);
      }
      const found = async () =>
        (await readImportDesk(ctx, { dataset })).uploads.find(({ id }) => id === upload);
      if (field('do') === 'store') await confirmImport(ctx, { upload });
      else {
        const staged = await found();
        const { proposal, mapping } = staged ?? {};
        await previewUpload(ctx, {
          upload,
          mapping: proposal && mapping ? mappingFrom(field, { proposal, mapping }) : {},
        });
      }
      // A small file is done in a moment; the page of a large one tells how far it is.
      for (let wait = 0; wait < 15; wait++) {
        if (!['previewing', 'queued'].includes((await found())?.state ?? '')) break;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return redirect(`${here}?upload=${upload}`);
    } catch (error) {
      if (!isProblem(error) || !['invalid', 'too-late', 'conflict'].includes(error.kind)) throw error;
      return data({ error: error.message }, { status: 400 });
    }
  });
}

export default function ImportDeskPage() {
  const { dataset, uploads, ...desk } = useLoaderData<typeof loader>();
  const failed = useActionData<{ error?: string }>();
  const [query] = useSearchParams();
  const [language, say] = [useLanguage(), useMessages(importMessages)];
  const open = uploads.find(({ id }) => id === desk.open);
  const chosen = uploads.find(({ id }) => id === query.get('upload'));
  const busy = uploads.find(({ state }) => state === 'previewing' || state === 'queued');
  return (
    <Page
      title={say.title(dataset.title)}
      lead={say.lead}
      crumbs={[
        { title: say.staff, to: `/${language}/staff` },
        { title: say.datasets, to: `/${language}/staff/datasets` },
        { title: dataset.title, to: `/${language}/staff/datasets/${dataset.slug}` },
        { title: say.crumb },
      ]}
    >
      {failed?.error ? (
        <Alert kind="error" title={say.wrong}>
          <span lang="en">{failed.error}</span>
        </Alert>
      ) : null}
      {!failed && query.get('refused') ? <Alert kind="error">{say.refused_large}</Alert> : null}
      {!failed && query.get('done') === 'forgotten' ? (
        <Alert kind="success">{say.done_forgotten}</Alert>
      ) : null}
      {!failed && chosen?.state === 'failed' ? (
        <Alert kind="error" title={say.state_failed}>
          <span lang="en">{chosen.error}</span>
        </Alert>
      ) : null}
      {!failed && chosen?.summary ? <Summary upload={chosen} summary={chosen.summary} /> : null}
      {busy ? <Working upload={busy} /> : null}
      {open?.preview ? (
        <Preview upload={open} preview={open.preview}>
          <Form method="post" reloadDocument>
            <input type="hidden" name="upload" value={open.id} />
            <Button name="do" value="store">
              {say.store}
            </Button>
          </Form>
        </Preview>
      ) : null}
      {open?.proposal && open.mapping ? (
        <ImportForm upload={open} proposal={open.proposal} mapping={open.mapping} />
      ) : null}
      {open || busy ? null : (
        <Section title={say.upload} id="file">
          <form
            method="post"
            action={`/staff/datasets/${dataset.slug}/import/files`}
            encType="multipart/form-data"
            className="usa-form usa-form--large"
          >
            <input type="hidden" name="language" value={language} />
            <Input label={say.file} hint={say.fileHint} type="file" name="file" required />
            <Button>{say.uploadButton}</Button>
          </form>
        </Section>
      )}
      <Section title={say.history} id="files">
        <Table
          caption={say.history}
          captionHidden
          stacked
          empty={say.noFiles}
          columns={[{ title: say.when }, { title: say.what }, { title: say.by }, { title: say.outcome }]}
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

function Working({ upload }: { upload: ImportUpload }) {
  const say = useMessages(importMessages);
  const title = upload.state === 'queued' ? say.storing : say.reading;
  const part = Math.round((upload.part ?? 0) * 100);
  return (
    <Section title={title} id="file">
      {/* Without the part of the page: to that a browser would only scroll. */}
      <meta httpEquiv="refresh" content={`3;url=?upload=${upload.id}`} />
      <progress value={part} max={100} aria-label={title} />
      <p>{say.progress(String(part))}</p>
    </Section>
  );
}

function Outcome({ upload }: { upload: ImportUpload }) {
  const [language, say] = [useLanguage(), useMessages(importMessages)];
  if (upload.summary)
    return (
      <>
        <Link to={`?upload=${upload.id}`}>
          {say.doneStored(formatNumber(upload.summary.stored, language))}
        </Link>
        <Faults upload={upload} brief />
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
