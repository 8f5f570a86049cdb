import type { Ctx } from '../kit/context.ts';
import { Problem } from '../kit/problem.ts';
import { hashSecret, isPermitted } from '../people/index.ts';

/**
 * A document of a case: for staff by the case's number, for a party by the private link, as far as it is for that
 * audience. Errors: not-found.
 */
export async function readDocument(
  ctx: Ctx,
  input: { document: string; number?: string; secret?: string },
): Promise<{ kind: string; name: string; mediaType: string; content: Buffer }> {
  const { rows } = await ctx.app.query<{
    kind: string;
    name: string;
    mediaType: string;
    content: Buffer;
    place: string;
    office: string | null;
    byLink: boolean;
  }>(
    `select c.kind, f.name, f.media_type as "mediaType", f.content, c.place, c.office,
       coalesce(c.link_hash = $2 and f.audience = 'parties', false) as "byLink"
     from private.case_document f join private.case_record c on c.id = f.case_id
     where f.id::text = $1 and (c.number = $3 or c.link_hash = $2)`,
    [input.document, input.secret ? hashSecret(input.secret) : null, input.number ?? null],
  );
  const found = rows[0];
  if (!found || !(found.byLink || (input.number && isPermitted(ctx, 'see-cases', found))))
    throw new Problem('not-found', 'There is no such document.');
  return { kind: found.kind, name: found.name, mediaType: found.mediaType, content: found.content };
}
