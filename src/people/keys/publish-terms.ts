import { z } from 'zod';
import type { Ctx } from '../../kit/context.ts';
import { sqlState, withTransaction } from '../../kit/database.ts';
import { Problem } from '../../kit/problem.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { checkPermission } from '../permissions.ts';

const text = z.string().trim().min(1).max(100_000);
export const termsFile = z.strictObject({
  version: z.coerce.string().trim().min(1).max(50),
  source: z.string().trim().min(1).max(500),
  place: z.string().optional(),
  text: z
    .strictObject({ en: text.optional(), es: text.optional() })
    .refine(({ en, es }) => en || es, 'give the text in en, in es or in both'),
});

/**
 * Publishes terms of use for keys that a city has adopted: `version`, `source` (where they were adopted), `text` by
 * language, and `place`, if they are one city's. They stay for good; later ones follow as a version of their own.
 * Errors: not-allowed, invalid (with the field), conflict (the version is there, or the place is not).
 */
export async function publishTerms(ctx: Ctx, input: unknown): Promise<{ id: string; version: string }> {
  checkPermission(ctx, 'publish-terms');
  const parsed = termsFile.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Problem('invalid', `Terms of use, ${issue?.path.join('.') || 'the file'}: ${issue?.message}.`);
  }
  const { version, source, place, text: texts } = parsed.data;
  if (JSON.stringify(parsed.data).includes('\\u0000'))
    throw new Problem('invalid', 'The terms contain a null character.');
  return withTransaction(ctx.app, async (tx) => {
    const { rows } = await tx
      .query<{ id: string }>(
        `insert into private.terms (place, version, texts, source, published_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing returning id::text`,
        [place ?? null, version, texts, source, ctx.clock.now()],
      )
      .catch((cause: unknown) => {
        if (sqlState(cause) !== '23503') throw cause;
        throw new Problem('conflict', `There is no place “${place}”.`, { cause });
      });
    const id = rows[0]?.id;
    if (!id)
      throw new Problem(
        'conflict',
        `Version ${version} is published already, and stays as it is. Give a change a version of its own.`,
      );
    await recordAudit(tx, ctx, {
      kind: 'terms-published',
      subject: `terms:${id}`,
      content: { version, source, place: place ?? null, texts },
    });
    return { id, version };
  });
}
