import { Problem } from '../kit/problem.ts';

/**
 * What a visitor chose in the catalog, as its address says it. It has no states; an address always means the same
 * choice. Safe for the browser.
 */
export const facets = ['place', 'topic', 'office', 'access', 'format', 'freshness'] as const;
export type Facet = (typeof facets)[number];
export const sorts = ['relevance', 'title', 'updated'] as const;
export const pageSize = 20;

export type CatalogChoice = Record<Facet, string[]> & {
  q: string;
  sort: (typeof sorts)[number];
  page: number;
};

/**
 * Reads the choice from an address. An empty parameter equals an absent one; an unknown facet value simply matches
 * nothing. Throws Problem `invalid` naming the parameter.
 */
export function parseCatalogChoice(query: URLSearchParams): CatalogChoice {
  const many = (name: Facet): string[] => {
    const values = [...new Set(query.getAll(name).filter(Boolean))];
    if (values.length > 50 || values.some((value) => value.length > 100)) {
      throw wrong(name, 'up to 50 values of up to 100 characters');
    }
    return values;
  };
  const q = (query.get('q') ?? '').trim();
  // PostgreSQL's text holds no null character.
  if (q.length > 200 || q.includes('\0')) throw wrong('q', 'up to 200 characters');
  const page = Number(query.get('page') || '1');
  if (!Number.isInteger(page) || page < 1 || page > 10_000) throw wrong('page', 'a whole number from 1');
  const sort = query.get('sort') || (q ? 'relevance' : 'title');
  if (!isSort(sort)) throw wrong('sort', sorts.join(', '));
  return {
    q,
    page,
    sort,
    place: many('place'),
    topic: many('topic'),
    office: many('office'),
    access: many('access'),
    format: many('format'),
    freshness: many('freshness'),
  };
}

function isSort(text: string): text is CatalogChoice['sort'] {
  return sorts.some((sort) => sort === text);
}

function wrong(name: string, allowed: string): Problem {
  return new Problem('invalid', `“${name}” in the address is wrong: it may be ${allowed}.`, {
    details: { field: name, allowed },
  });
}

/** The query of the address that means this choice; what is usual is left out. */
export function catalogQuery(choice: CatalogChoice): string {
  const query = new URLSearchParams();
  if (choice.q) query.set('q', choice.q);
  for (const facet of facets) for (const value of choice[facet]) query.append(facet, value);
  if (choice.sort !== (choice.q ? 'relevance' : 'title')) query.set('sort', choice.sort);
  if (choice.page > 1) query.set('page', String(choice.page));
  const text = query.toString();
  return text ? `?${text}` : '';
}

/** The choice without one value of a facet, from its first page. */
export function without(choice: CatalogChoice, facet: Facet, value: string): CatalogChoice {
  return { ...choice, page: 1, [facet]: choice[facet].filter((other) => other !== value) };
}
