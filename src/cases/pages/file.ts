import type { LoaderFunctionArgs } from 'react-router';
import { loadPage } from '../../page-context.ts';
import { privateHeaders } from '../private-headers.ts';
import { readDocument } from '../read-document.ts';

/** A document of a case as a file, as it was kept; it is never shown as a page of ours. */
export function loader(args: LoaderFunctionArgs) {
  return loadPage(args, async ({ ctx, url }) => {
    const [link, number] = [url.searchParams.get('link'), url.searchParams.get('case')];
    const document = url.searchParams.get('document') ?? '';
    const found = await readDocument(ctx, {
      document,
      ...(link ? { secret: link } : {}),
      ...(number ? { number } : {}),
    });
    return new Response(new Uint8Array(found.content), {
      headers: {
        ...privateHeaders(),
        'content-type': found.mediaType,
        'content-disposition': `attachment; filename="letter-${document}.txt"`,
      },
    });
  });
}
