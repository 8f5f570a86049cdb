/** The languages that residents' pages speak, and how a feature keeps its words in both. */
export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];

/** How numbers and dates are written: as in the United States, in either language. */
export const locales: Record<Language, string> = { en: 'en-US', es: 'es-US' };
export const languageNames: Record<Language, string> = { en: 'English', es: 'Español' };

export function isLanguage(text: unknown): text is Language {
  return languages.some((language) => language === text);
}

/** The best of ours for an Accept-Language header [RFC 9110 §12.5.4]; English when none fits. */
export function preferredLanguage(header: string | undefined): Language {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((parameter) => parameter.trim()).find((text) => text.startsWith('q='));
      return { language: tag.trim().split('-')[0], quality: quality ? Number(quality.slice(2)) : 1 };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of wanted) if (isLanguage(language)) return language;
  return 'en';
}

/** The same page in another language. */
export function inLanguage(path: string, language: Language): string {
  return path.replace(/^\/[^/?#]*/, `/${language}`);
}

// Words that depend on a number or a name are functions.
type Message = string | ((...values: never[]) => string);
type SameShape<M> = M extends (...values: infer V) => string ? (...values: V) => string : string;
type Catalog<T> = { [Key in keyof T]: SameShape<T[Key]> };

/** A feature's words. Spanish must have exactly English's keys; scripts/check-messages.ts looks at the content. */
export function defineMessages<T extends Record<string, Message>>(messages: {
  en: T;
  es: Catalog<NoInfer<T>>;
}): typeof messages {
  return messages;
}
