import { Writable } from 'node:stream';
import { renderToPipeableStream } from 'react-dom/server';
import {
  type ActionFunctionArgs,
  type EntryContext,
  type LoaderFunctionArgs,
  type RouterContextProvider,
  ServerRouter,
} from 'react-router';
import { type PageContext, pageContext } from './page-context.ts';

/** Renders a page whole: loaders have finished by now, so there is nothing to stream and the length is known. */
export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  entry: EntryContext,
  context: RouterContextProvider,
): Promise<Response> {
  const { nonce, ctx } = context.get(pageContext) as PageContext;
  headers.set('content-type', 'text/html; charset=utf-8');
  const html = await new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const collector = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
      final(done) {
        resolve(Buffer.concat(chunks));
        done();
      },
    });
    const { pipe } = renderToPipeableStream(
      <ServerRouter context={entry} url={request.url} nonce={nonce} />,
      {
        nonce,
        onAllReady: () => pipe(collector),
        onShellError: reject,
        onError: (error) => ctx.log.error({ err: error }, 'a page could not be rendered'),
      },
    );
  });
  return new Response(new Uint8Array(html), { status, headers });
}

/** Errors that no page expected. A visitor who left is none. */
export function handleError(error: unknown, args: LoaderFunctionArgs | ActionFunctionArgs): void {
  if (args.request.signal.aborted) return;
  const { ctx } = args.context.get(pageContext) as PageContext;
  const path = new URL(args.request.url).pathname;
  // The router's own refusals (no such route, no such method) are the asker's doing.
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status === 'number' && status < 500) ctx.log.debug({ path, status }, 'a page was refused');
  else ctx.log.error({ err: error, path }, 'a page failed');
}
