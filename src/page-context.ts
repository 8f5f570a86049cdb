import {
  type ActionFunctionArgs,
  createContext,
  data,
  type LoaderFunctionArgs,
  type RouterContext,
  redirect,
} from 'react-router';
import type { Actor, Ctx } from './kit/context.ts';
import { sqlState } from './kit/database.ts';
import { httpStatus, isProblem, Problem } from './kit/problem.ts';
import { isLanguage, type Language } from './ui/language.ts';

/** What the door hands to a page's loader. */
export type PageContext = {
  ctx: Ctx;
  /** Marks the scripts of this answer as ours [CSP3]. */
  nonce: string;
  /** Where people reach this installation; no slash at the end. */
  publicUrl: string;
  /** The address of whoever asks, as far as trusted proxies tell. */
  from: string;
  /** A browser of this machine asks, and nothing else can. */
  thisMachine: boolean;
  /** Letters wait in the outbox and may be read there: no mail is sent, and only this machine can ask. */
  outbox: boolean;
  /** Asks this installation's own API, as anyone could: path and query below the root. */
  ask(path: string): Promise<{ status: number; contentType: string; body: string; ms: number }>;
  /** What the features keep of whoever is signed in, for the account's page, which lies below them. */
  ownCases(ctx: Ctx, input: { language: Language }): Promise<OwnCases>;
};

export type OwnCases = {
  /** Each goes whole into the file to take along. */
  cases: {
    number: string;
    title: string;
    placeName: string;
    officeName: string | null;
    openedAt: string;
    closedAt: string | null;
    party: { name: string | null; email: string | null; address: string | null };
  }[];
  keeping: { id: string; says: string; state: string; howLong: boolean }[];
};

// The server and the page bundle each load this file: the token is pinned, so that both mean the same.
const key = Symbol.for('charter-oak.page-context');
const pinned = globalThis as { [key]?: RouterContext<PageContext> };
pinned[key] ??= createContext<PageContext>();
export const pageContext: RouterContext<PageContext> = pinned[key];

/** What a page throws and its error page shows. */
export type PageProblem = { kind: string; message: string };

type SignedInCtx = Ctx & { actor: Extract<Actor, { kind: 'person' }> };

export type PageRequest = PageContext & {
  language: Language;
  params: Record<string, string | undefined>;
  url: URL;
  /** The fields of the form that was posted. Errors: invalid, if the body is none. */
  form(): Promise<FormData>;
};

/**
 * What every loader begins with: reads the language of the address, and answers a Problem with its status and its
 * message on the error page. Anything else thrown is ours to log, and the page says only that something went wrong.
 */
export async function loadPage<T>(
  args: LoaderFunctionArgs | ActionFunctionArgs,
  work: (request: PageRequest) => Promise<T>,
): Promise<T> {
  const page = args.context.get(pageContext) as PageContext;
  const { lang } = args.params;
  try {
    const url = new URL(args.request.url);
    if (!isLanguage(lang) || Object.values(args.params).some((text) => text?.includes('\0'))) {
      throw new Problem('not-found', 'There is no such page.');
    }
    // No text in the database holds it, and PostgreSQL refuses it with an error of its own.
    if ([...url.searchParams].flat().some((text) => text.includes('\0'))) {
      throw new Problem('invalid', 'The address contains a null character (%00). Leave it out.');
    }
    const form = async () => {
      const fields = await args.request.formData().catch((cause: unknown) => {
        throw new Problem('invalid', 'The form cannot be read. Send it again from its page.', { cause });
      });
      if ([...fields].flat().some((text) => typeof text === 'string' && text.includes('\0')))
        throw new Problem('invalid', 'The form contains a null character. Leave it out.');
      return fields;
    };
    return await work({ ...page, language: lang, params: args.params, url, form });
  } catch (error) {
    throw asPageError(error);
  }
}

/** The page that whoever signs in as staff wanted; a cookie that holds no secret, read by src/people/staff/cookies.ts. */
export const nextPageCookie = 'charter-oak-next';

/**
 * The same for pages of staff: whoever has not signed in is sent to do that first, and comes back to the page that was
 * asked for.
 */
export function loadStaffPage<T>(
  args: LoaderFunctionArgs | ActionFunctionArgs,
  work: (request: PageRequest & { ctx: SignedInCtx }) => Promise<T>,
): Promise<T> {
  return loadPage(args, (page) => {
    const { actor } = page.ctx;
    if (actor.kind === 'person') return work({ ...page, ctx: { ...page.ctx, actor } });
    const wanted = encodeURIComponent(page.url.pathname + page.url.search);
    const cookie = `${nextPageCookie}=${wanted}; Path=/; HttpOnly; SameSite=Lax; Max-Age=900`;
    throw redirect(`/${page.language}/staff/sign-in`, {
      headers: args.request.method === 'GET' ? { 'set-cookie': cookie } : {},
    });
  });
}

/** What a loader throws so that the error page shows it. */
export function asPageError(error: unknown): unknown {
  const problem = isProblem(error) ? error : asBusy(error);
  if (!problem) return error;
  return data({ kind: problem.kind, message: problem.message } satisfies PageProblem, {
    status: httpStatus[problem.kind],
  });
}

/** 57014: the statement ran into its time limit; 53300: no connection left; 57P0x: the server is going or coming. */
function asBusy(error: unknown): Problem | undefined {
  const busy = ['57014', '53300', '57P01', '57P03'].includes(sqlState(error) ?? '');
  return busy ? new Problem('busy', '', { cause: error }) : undefined;
}
