import { createContext, type ReactNode, useContext } from 'react';
import type { Language } from './language.ts';

type Speech = { language: Language; timeZone: string };

const SpeechContext = createContext<Speech>({ language: 'en', timeZone: 'UTC' });

/** Says in which language the page below speaks, and in which zone it tells the time. */
export function Speaking({ language, timeZone, children }: Speech & { children: ReactNode }) {
  return <SpeechContext value={{ language, timeZone }}>{children}</SpeechContext>;
}

export function useLanguage(): Language {
  return useContext(SpeechContext).language;
}

/** The zone of the place shown; pages of a place set it by `<Speaking>`. */
export function useTimeZone(): string {
  return useContext(SpeechContext).timeZone;
}

export function useMessages<En, Es>(messages: { en: En; es: Es }): En | Es {
  return messages[useLanguage()];
}
