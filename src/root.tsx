import '@uswds/uswds/css/uswds.css';
import './ui/site.css';
import './ui/pieces.css';
import './ui/letter.css';
import './ui/sensor-label.css';
import type { ReactNode } from 'react';
import {
  isRouteErrorResponse,
  Links,
  type LoaderFunctionArgs,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLocation,
  useRouteError,
  useRouteLoaderData,
} from 'react-router';
import type { PageProblem } from './page-context.ts';
import { pageContext } from './page-context.ts';
import { sessionTime } from './people/session-time.ts';
import { readSite } from './places/index.ts';
import { ErrorPage } from './ui/error-page.tsx';
import favicon from './ui/favicon.svg';
import { inLanguage, isLanguage, languages, preferredLanguage } from './ui/language.ts';
import { Speaking } from './ui/language-context.tsx';
import { Shell } from './ui/shell.tsx';

export async function loader({ context, request }: LoaderFunctionArgs) {
  const { ctx, publicUrl, thisMachine } = context.get(pageContext);
  const { place, demonstration } = await readSite(ctx);
  return {
    publicUrl,
    demonstration,
    tryAsStaff: demonstration && thisMachine,
    session: ctx.actor.kind === 'person' ? sessionTime(ctx.actor, ctx.clock.now()) : null,
    isStaff: ctx.actor.kind === 'person' && ctx.actor.grants.length > 0,
    siteName: place?.name ?? '',
    timeZone: place?.timeZone ?? 'UTC',
    // For addresses without a language, which are all errors.
    fallback: preferredLanguage(request.headers.get('accept-language') ?? undefined),
  };
}

/** The site's own facts do not change from page to page. */
export function shouldRevalidate(): boolean {
  return false;
}

export function Layout({ children }: { children: ReactNode }) {
  const site = useRouteLoaderData<typeof loader>('root');
  const { pathname } = useLocation();
  const segment = pathname.split('/')[1];
  const language = isLanguage(segment) ? segment : (site?.fallback ?? 'en');
  return (
    <html lang={language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="theme-color" content="#162e51" />
        <link rel="icon" href={favicon} type="image/svg+xml" />
        {site && isLanguage(segment)
          ? languages.map((other) => (
              <link
                key={other}
                rel="alternate"
                hrefLang={other}
                href={`${site.publicUrl}${inLanguage(pathname, other)}`}
              />
            ))
          : null}
        <Links nonce="" />
      </head>
      <body>
        <Speaking language={language} timeZone={site?.timeZone ?? 'UTC'}>
          <Shell
            siteName={site?.siteName ?? ''}
            demonstration={site?.demonstration ?? false}
            tryAsStaff={site?.tryAsStaff ?? false}
            session={site?.session ?? null}
            isStaff={site?.isStaff ?? false}
          >
            {children}
          </Shell>
        </Speaking>
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  );
}

export default function Root() {
  return <Outlet />;
}

export function ErrorBoundary() {
  const error = useRouteError();
  const status = isRouteErrorResponse(error) ? error.status : 500;
  const problem = isRouteErrorResponse(error) ? (error.data as Partial<PageProblem> | null) : null;
  // A not-found page has words of its own in both languages; only what is wrong with a request is particular.
  return <ErrorPage status={status} detail={status === 400 ? problem?.message : undefined} />;
}
