import { createHash } from 'node:crypto';
import type { Ctx } from '../kit/context.ts';
import type { Tx } from '../kit/database.ts';
import { nameOf } from '../people/index.ts';
import type { Audience } from './case.ts';
import { appendEvent, type LockedCase } from './events.ts';

/** Puts a document into a case: what was sent or handed in, kept as it was, with its hash in the case's chain. */
export async function addDocument(
  tx: Tx,
  ctx: Ctx,
  on: LockedCase,
  input: { name: string; mediaType: string; audience: Audience; content: Buffer },
): Promise<{ id: string }> {
  const sha256 = createHash('sha256').update(input.content).digest();
  const { rows } = await tx.query<{ id: string }>(
    `insert into private.case_document (case_id, name, media_type, audience, content, sha256, added_by, added_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id::text`,
    [
      on.id,
      input.name,
      input.mediaType,
      input.audience,
      input.content,
      sha256,
      nameOf(ctx.actor),
      ctx.clock.now(),
    ],
  );
  const { id } = rows[0] as { id: string };
  await appendEvent(tx, ctx, on, {
    kind: 'document-added',
    audience: input.audience,
    content: { document: id, name: input.name, sha256: sha256.toString('hex') },
  });
  return { id };
}
