import { Link, type LoaderFunctionArgs, useLoaderData } from 'react-router';
import { Problem } from '../../kit/problem.ts';
import { loadPage } from '../../page-context.ts';
import { useLanguage, useMessages } from '../../ui/language-context.tsx';
import { Page } from '../../ui/page.tsx';
import { caseMessages } from '../case-messages.ts';
import { privateHeaders } from '../private-headers.ts';
import { readDocument } from '../read-document.ts';
import { PaperTools, Sheet } from '../sheet.tsx';

export const headers = privateHeaders;

/** A letter of a case, to read and print: by the private link (`link`), or for staff by the case's number (`case`). */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, url }) => {
    const [link, number] = [url.searchParams.get('link'), url.searchParams.get('case')];
    const found = await readDocument(ctx, {
      document: url.searchParams.get('document') ?? '',
      ...(link ? { secret: link } : {}),
      ...(number ? { number } : {}),
    });
    if (!found.mediaType.startsWith('text/plain')) throw new Problem('not-found', 'There is no such letter.');
    return {
      name: found.name,
      text: found.content.toString(),
      kind: found.kind,
      link,
      number,
      search: url.search,
    };
  });
}

export default function LetterPage() {
  const { name, text, kind, link, number, search } = useLoaderData<typeof loader>();
  const [language, say] = [useLanguage(), useMessages(caseMessages)];
  const back = number
    ? `/${language}/staff/${kind}/${encodeURIComponent(number)}`
    : `/${language}/${kind}?link=${encodeURIComponent(link ?? '')}`;
  return (
    <Page title={name} crumbs={[{ title: say.backToCase, to: back }, { title: say.letter }]}>
      <meta name="robots" content="noindex, nofollow" />
      <PaperTools />
      <Sheet text={text} alone />
      <p className="no-print">
        <Link to={back}>{say.backToCase}</Link> ·{' '}
        <a href={`/${language}/${kind}/file${search}`}>{say.plain}</a>
      </p>
    </Page>
  );
}
