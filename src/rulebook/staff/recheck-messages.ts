import { defineMessages } from '../../ui/language.ts';

/** The letter about texts that are due to be compared. */
export const recheckMessages = defineMessages({
  en: {
    subject: (n: number) =>
      n === 1
        ? '1 rule is due to be compared with its text'
        : `${n} rules are due to be compared with their texts`,
    text: (months: number) =>
      `Nobody has looked at the texts of these rules for ${months} months, or ever. That number is a default of the software; no law sets it. Compare each with its text and record what you find: it agrees, it differs, or the text is gone.`,
    more: (n: number) => `- and ${n} more`,
    all: (address: string) => `All of them: ${address}`,
    why: 'You get this letter at most once a week, because you may edit rules of these places.',
  },
  es: {
    subject: (n: number) =>
      n === 1 ? 'Toca comparar 1 norma con su texto' : `Toca comparar ${n} normas con sus textos`,
    text: (months: number) =>
      `Nadie ha mirado los textos de estas normas desde hace ${months} meses, o nunca. Ese número es un valor inicial del programa; ninguna ley lo fija. Compare cada una con su texto y anote lo que encuentre: coincide, difiere o el texto ya no está.`,
    more: (n: number) => `- y ${n} más`,
    all: (address: string) => `Todas: ${address}`,
    why: 'Recibe esta carta como máximo una vez por semana porque puede editar normas de estos lugares.',
  },
});
