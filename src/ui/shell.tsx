import type { ReactNode } from 'react';
import { Link, NavLink, useLocation } from 'react-router';
import { inLanguage, languageNames, languages } from './language.ts';
import { useLanguage, useMessages } from './language-context.tsx';
import { Mark } from './mark.tsx';
import { messages } from './messages.ts';
import { Progress } from './navigation.tsx';
import { type SessionTime, SessionWarning, tellSignedOut, useSessionEnd } from './session-end.tsx';

/** What surrounds every page: skip link, demonstration notice, header with menu and language switch, footer. */
export function Shell({
  siteName,
  demonstration,
  tryAsStaff,
  session,
  isStaff,
  children,
}: {
  siteName: string;
  demonstration: boolean;
  /** Whoever looks is at the machine itself, and may work as an invented person. */
  tryAsStaff: boolean;
  /** Of whoever is signed in. */
  session: SessionTime | null;
  /** Has a role in this session. */
  isStaff: boolean;
  children: ReactNode;
}) {
  const say = useMessages(messages);
  const { over, warning, stay } = useSessionEnd(session);
  return (
    <>
      <a className="usa-skipnav" href="#main-content">
        {say.skip}
      </a>
      <Progress />
      {demonstration ? <DemonstrationNotice tryAsStaff={tryAsStaff} /> : null}
      <Header siteName={siteName} signedIn={session !== null && !over} isStaff={isStaff && !over} />
      <main id="main-content" tabIndex={-1}>
        {over ? <SessionOver /> : children}
      </main>
      {warning ? <SessionWarning kind={warning} onStay={stay} /> : null}
      <Footer siteName={siteName} />
    </>
  );
}

/** For a moment, or for as long as the server cannot be reached. */
function SessionOver() {
  const say = useMessages(messages);
  return (
    <div className="grid-container page">
      <h1>{say.sessionOver}</h1>
      <p>{say.sessionOverText}</p>
    </div>
  );
}

function DemonstrationNotice({ tryAsStaff }: { tryAsStaff: boolean }) {
  const [language, say] = [useLanguage(), useMessages(messages)];
  return (
    <section className="usa-site-alert usa-site-alert--info" aria-label={say.demonstrationTitle}>
      <div className="usa-alert">
        <div className="usa-alert__body">
          <p className="usa-alert__text">
            <strong>{say.demonstrationTitle}.</strong> {say.demonstrationText}{' '}
            {tryAsStaff ? <Link to={`/${language}/demonstration`}>{say.tryAsStaff}</Link> : null}
          </p>
        </div>
      </div>
    </section>
  );
}

function Header({ siteName, signedIn, isStaff }: { siteName: string; signedIn: boolean; isStaff: boolean }) {
  const [language, say] = [useLanguage(), useMessages(messages)];
  const links = [
    { to: `/${language}`, title: say.home, end: true },
    { to: `/${language}/catalog`, title: say.catalog },
    { to: `/${language}/guides`, title: say.guides },
    { to: `/${language}/developers`, title: say.developers },
    { to: `/${language}/about`, title: say.aboutShort },
    ...(isStaff ? [{ to: `/${language}/staff`, title: say.staff }] : []),
    signedIn
      ? { to: `/${language}/account`, title: say.account }
      : { to: `/${language}/sign-in`, title: say.signIn },
  ];
  return (
    <header className="site-header">
      <div className="grid-container site-header__top">
        <Link to={`/${language}`} className="site-name">
          <Mark />
          <span>
            <span className="site-name__product">Charter Oak</span>
            <span className="site-name__place">{siteName}</span>
          </span>
        </Link>
        <LanguageSwitch />
      </div>
      <nav className="site-menu" aria-label={say.menu}>
        <ul className="grid-container">
          {links.map((link) => (
            <li key={link.to}>
              <NavLink to={link.to} end={link.end}>
                {link.title}
              </NavLink>
            </li>
          ))}
          {signedIn ? (
            <li>
              <form method="post" action={`/${language}/account`} onSubmit={tellSignedOut}>
                <button type="submit" name="do" value="this">
                  {say.signOut}
                </button>
              </form>
            </li>
          ) : null}
        </ul>
      </nav>
    </header>
  );
}

/** The same page in the other language, choice and all. A plain link: the whole page, its lang included, is new. */
function LanguageSwitch() {
  const [current, say, location] = [useLanguage(), useMessages(messages), useLocation()];
  return (
    <nav aria-label={say.languages} className="language-switch">
      <ul>
        {languages.map((language) => (
          <li key={language}>
            <a
              href={inLanguage(location.pathname, language) + location.search}
              lang={language}
              hrefLang={language}
              aria-current={language === current ? 'true' : undefined}
            >
              {languageNames[language]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Footer({ siteName }: { siteName: string }) {
  const [language, say] = [useLanguage(), useMessages(messages)];
  return (
    <footer className="site-footer">
      <div className="grid-container">
        <p>
          <strong>{siteName}</strong>
          <br />
          {say.footerAbout}
        </p>
        <ul>
          <li>
            <Link to={`/${language}/catalog`}>{say.catalog}</Link>
          </li>
          <li>
            <Link to={`/${language}/guides`}>{say.guides}</Link>
          </li>
          <li>
            <Link to={`/${language}/ask`}>{say.askRules}</Link>
          </li>
          <li>
            <Link to={`/${language}/which-office`}>{say.whichOffice}</Link>
          </li>
          <li>
            <Link to={`/${language}/developers`}>{say.developers}</Link>
          </li>
          <li>
            <Link to={`/${language}/about`}>{say.about}</Link>
          </li>
          <li>
            <Link to={`/${language}/permissions`}>{say.permissions}</Link>
          </li>
        </ul>
      </div>
    </footer>
  );
}
