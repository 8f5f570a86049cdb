import { defineMessages } from '../ui/language.ts';

/** How a letter to somebody of a case begins and ends. */
export const letterWords = defineMessages({
  en: {
    greeting: (name: string) => (name ? `Dear ${name},` : 'Good day,'),
    farewell: (site: string) => `Sent by ${site}, where the case is kept.`,
    letterToParty: (subject: string) => `Letter to you: ${subject}`,
  },
  es: {
    greeting: (name: string) => (name ? `Hola, ${name}:` : 'Buenos días:'),
    farewell: (site: string) => `Enviado por ${site}, donde se guarda el caso.`,
    letterToParty: (subject: string) => `Carta a usted: ${subject}`,
  },
});
