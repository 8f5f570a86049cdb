import { defineMessages } from '../ui/language.ts';

/** What each step of a release policy does, in words for everybody. */
export const stepMessages = defineMessages({
  en: {
    nothing: 'Nothing: what is released is what was stored.',
    drop: (column: string) => `“${column}” is not released.`,
    mask: (column: string) => `The values of “${column}” are not released.`,
    hash: (column: string) => `“${column}” is replaced by a code that changes and cannot be undone.`,
    coarsenTime: (grain: string) => `Times are cut down to ${grain}.`,
    coarsenPlace: (grain: string) => `Places are moved to ${grain}.`,
    round: (column: string, to: string) => `“${column}” is rounded to multiples of ${to}.`,
    aggregate: (minimum: string) => `Only counts and means are released, of at least ${minimum} values each.`,
    groups: (by: string) => `Grouped by: ${by}.`,
    delay: (duration: string) => `Released only after ${duration}.`,
    unknownStep: 'Something else is changed.',
    '15-minutes': 'a quarter of an hour',
    hour: 'the hour',
    day: 'the day',
    neighborhood: 'the middle of the neighborhood',
    square: (meters: string) => `the middle of a square ${meters} m wide`,
  },
  es: {
    nothing: 'Nada: se publica lo que se guardó.',
    drop: (column: string) => `«${column}» no se publica.`,
    mask: (column: string) => `Los valores de «${column}» no se publican.`,
    hash: (column: string) => `«${column}» se sustituye por un código que cambia y no se puede deshacer.`,
    coarsenTime: (grain: string) => `Las horas se recortan a ${grain}.`,
    coarsenPlace: (grain: string) => `Los lugares se trasladan a ${grain}.`,
    round: (column: string, to: string) => `«${column}» se redondea a múltiplos de ${to}.`,
    aggregate: (minimum: string) =>
      `Solo se publican recuentos y medias, de al menos ${minimum} valores cada uno.`,
    groups: (by: string) => `Agrupado por: ${by}.`,
    delay: (duration: string) => `Se publica solo pasado este tiempo: ${duration}.`,
    unknownStep: 'Se cambia algo más.',
    '15-minutes': 'un cuarto de hora',
    hour: 'la hora',
    day: 'el día',
    neighborhood: 'el centro del vecindario',
    square: (meters: string) => `el centro de un cuadrado de ${meters} m de ancho`,
  },
});
