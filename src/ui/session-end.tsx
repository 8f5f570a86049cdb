import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigation } from 'react-router';
import { Button } from './form.tsx';
import { useLanguage, useMessages } from './language-context.tsx';
import { messages } from './messages.ts';

/** What is left of a session, in milliseconds: in any case, and while nobody uses it (null: it does not end by that). */
export type SessionTime = { left: number; idle: number | null };

const personal = /^\/\w+\/(staff|account)(\/|$)/;
const warnedBefore = 120_000;
const channelName = 'charter-oak-session';

/** Tells the other windows of this browser, and not this one, which is about to send its form. */
let tellOthers = () => {};
export const tellSignedOut = (): void => tellOthers();

/** Signs out first: the next request would count as a use. Without the server the session runs out by itself. */
async function signOut(language: string): Promise<void> {
  const body = new URLSearchParams({ do: 'this' });
  await fetch(`/${language}/account`, { method: 'POST', body, redirect: 'manual' }).catch(() => {});
}

/**
 * Takes a personal page off the screen when its session runs out, also where the server cannot be reached, and warns two
 * minutes before with a button to go on [WCAG 2.2.1; OWASP ASVS 5.0 14.3.1]. Other windows in use count as use. Nothing
 * without JavaScript: a page that reloads by itself could not be put off. `over`: show nothing of the page any more.
 */
export function useSessionEnd(time: SessionTime | null): {
  over: boolean;
  warning: 'idle' | 'fixed' | null;
  stay(): void;
} {
  const language = useLanguage();
  const { pathname, key } = useLocation();
  const { state } = useNavigation();
  const [phase, setPhase] = useState<'running' | 'idle' | 'fixed' | 'seen' | 'over'>('running');
  const used = useRef({ at: 0, end: 0, elsewhere: false, tell: () => {} });
  const isPersonal = personal.test(pathname);

  // Times are counted from when the page was loaded, whatever the browser's clock says.
  useEffect(() => {
    if (!time) return;
    const channel = new BroadcastChannel(channelName);
    const tell = () => {
      used.current.at = Date.now();
      channel.postMessage('used');
    };
    used.current = { at: Date.now(), end: Date.now() + time.left, elsewhere: false, tell };
    tellOthers = () => channel.postMessage('over');
    channel.onmessage = ({ data }) => {
      if (data === 'over') used.current.elsewhere = true;
      if (data === 'over') return setPhase('over');
      used.current.at = Date.now();
    };
    return () => channel.close();
  }, [time]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each page that was asked for is a use of the session.
  useEffect(() => {
    if (time && state === 'idle') used.current.tell();
  }, [time, key, state]);

  useEffect(() => {
    if (!time || !isPersonal) return;
    let looked = Date.now();
    const look = () => {
      // After a sleep the other windows are heard first.
      const slept = Date.now() - looked > 90_000;
      looked = Date.now();
      if (slept) return;
      const idle = time.idle === null ? Number.POSITIVE_INFINITY : used.current.at + time.idle - Date.now();
      const fixed = used.current.end - Date.now();
      const next = idle < fixed ? 'idle' : 'fixed';
      const left = Math.min(idle, fixed);
      setPhase((now) => {
        if (now === 'over' || left <= 0) return 'over';
        if (left > warnedBefore) return 'running';
        return now === 'seen' && next === 'fixed' ? 'seen' : next;
      });
    };
    const looking = setInterval(look, 1000);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(looking);
      document.removeEventListener('visibilitychange', look);
    };
  }, [time, isPersonal]);

  const over = isPersonal && phase === 'over';
  useEffect(() => {
    if (!over) return;
    const next = `/${language}/${time?.idle === null ? 'sign-in' : 'staff/sign-in'}?ended`;
    // Who signed out in another window may have signed in again there.
    const out = used.current.elsewhere ? Promise.resolve() : signOut(language);
    void out.then(() => location.replace(next));
  }, [over, language, time]);

  const stay = async () => {
    if (phase === 'fixed') return setPhase('seen');
    setPhase('running');
    try {
      const { ok } = await fetch(`/${language}/account`, { method: 'HEAD', redirect: 'manual' });
      if (ok) used.current.tell();
      else setPhase('over');
    } catch {
      // The server cannot be reached: the time goes on, and the next look warns again.
    }
  };
  return { over, warning: isPersonal && (phase === 'idle' || phase === 'fixed') ? phase : null, stay };
}

/** Asks whoever is there to go on; the keyboard is in it until it is answered. */
export function SessionWarning({ kind, onStay }: { kind: 'idle' | 'fixed'; onStay: () => void }) {
  const say = useMessages(messages);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="session-warning"
      role="alertdialog"
      aria-labelledby="session-warning"
      aria-describedby="session-warning-text"
      onCancel={onStay}
    >
      <h2 id="session-warning">{say.sessionEnds}</h2>
      <p id="session-warning-text">{kind === 'idle' ? say.sessionEndsIdle : say.sessionEndsFixed}</p>
      <Button type="button" onClick={onStay}>
        {kind === 'idle' ? say.staySignedIn : say.understood}
      </Button>
    </dialog>
  );
}
