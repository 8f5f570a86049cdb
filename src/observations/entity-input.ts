import type { Kind } from './sensorthings/model.ts';

/** A time as a client gave it, checked: ISO 8601 with offset; no end when it is an instant. */
export type Time = { start: string; end: string | null };

/**
 * An entity to be written, in the model's words. `values` by property: text, JSON, `Time`, or null to clear. `links` by
 * relation. `at` is its place in the request, for messages ("Datastreams[0]").
 */
export type EntityInput = {
  kind: Kind;
  values: Record<string, unknown>;
  links: Record<string, LinkInput[]>;
  at: string;
};

/** A related entity: one that exists, or one to be made with this. */
export type LinkInput = { id: string; at: string } | EntityInput;

export function isNew(link: LinkInput): link is EntityInput {
  return 'kind' in link;
}
