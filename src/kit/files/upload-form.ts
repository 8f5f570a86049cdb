import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import type { Ctx } from '../context.ts';
import { Problem } from '../problem.ts';

/** A form of another site, which a browser would send along with nobody's knowledge. */
export function refuseForeign(
  { config }: Pick<Ctx, 'config'>,
  { headers, protocol, host }: FastifyRequest,
): void {
  const own = config.PUBLIC_URL ? new URL(config.PUBLIC_URL).origin : `${protocol}://${host}`;
  const { origin } = headers;
  const foreign =
    origin === undefined
      ? ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']))
      : origin !== own;
  if (foreign)
    throw new Problem('invalid', 'This form was sent by another site. Open the page here and send it again.');
}

type UploadForm = { fields: Record<string, string>; file: BusboyFileStream; name: string };

/** The fields that come before the file, and the file as it comes. Errors: invalid, when there is none. */
export function readForm(request: FastifyRequest): Promise<UploadForm> {
  return new Promise((resolve, reject) => {
    const wrong = (cause?: unknown) =>
      reject(new Problem('invalid', 'The form holds no file. Choose one and send it again.', { cause }));
    try {
      const form = new Busboy({
        headers: request.headers as BusboyHeaders,
        limits: { files: 1, fields: 10, fieldSize: 1000, parts: 12, headerPairs: 50 },
      });
      const fields: Record<string, string> = {};
      form.on('field', (name, value) => {
        fields[name] = value;
      });
      form.on('file', (_, file, name) => {
        // Who goes away in the middle leaves a file that never ends.
        request.raw.once('close', () => {
          if (!request.raw.complete) file.destroy(new Error('the file did not arrive whole'));
        });
        if (name) return resolve({ fields, file, name });
        file.resume();
        wrong();
      });
      form.on('error', (error) => wrong(error));
      form.on('finish', () => wrong());
      request.raw.pipe(form);
    } catch (error) {
      wrong(error);
    }
  });
}
