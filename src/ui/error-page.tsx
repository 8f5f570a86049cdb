import { Link, useLocation } from 'react-router';
import { useLanguage, useMessages } from './language-context.tsx';
import { messages } from './messages.ts';
import { Page } from './page.tsx';

/** What a visitor sees when a page cannot be shown. `detail` says what was wrong, in English, when the answer knows it. */
export function ErrorPage({ status, detail }: { status: number; detail?: string }) {
  const [language, say, location] = [useLanguage(), useMessages(messages), useLocation()];
  const words: Record<number, [string, string]> = {
    400: [say.error400, say.error400Text],
    401: [say.error401, say.error401Text],
    403: [say.error403, say.error403Text],
    404: [say.error404, say.error404Text],
    429: [say.error429, say.error429Text],
    500: [say.error500, say.error500Text],
    503: [say.error503, say.error503Text],
  };
  const [title, text] = words[status] ?? words[status >= 500 ? 500 : 400] ?? ['', ''];
  return (
    <Page title={title} eyebrow={say.errorStatus(status)} lead={text}>
      <meta name="robots" content="noindex" />
      {detail ? <p lang="en">{detail}</p> : null}
      <ul className="usa-button-group">
        <li className="usa-button-group__item">
          {status >= 500 ? (
            <a className="usa-button" href={location.pathname + location.search}>
              {say.tryAgain}
            </a>
          ) : (
            <Link className="usa-button" to={`/${language}/catalog`}>
              {say.goCatalog}
            </Link>
          )}
        </li>
        <li className="usa-button-group__item">
          <Link className="usa-button usa-button--outline" to={`/${language}`}>
            {say.goHome}
          </Link>
        </li>
      </ul>
    </Page>
  );
}
