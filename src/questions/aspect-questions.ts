import type { Aspect, Bilingual } from '../rules/index.ts';
import type { Language } from '../ui/language.ts';

/** What somebody who finds a gap wants to know, by what is missing. Safe for the browser. */
const questions: Record<Aspect, Bilingual> = {
  duty: { en: 'Which office answers for it?', es: '¿Qué oficina responde de ello?' },
  access: { en: 'Who may see it, and how?', es: '¿Quién puede verlo y cómo?' },
  request: { en: 'How do I ask for it?', es: '¿Cómo lo solicito?' },
  fee: { en: 'What does it cost?', es: '¿Cuánto cuesta?' },
  prepayment: { en: 'When must it be paid in advance?', es: '¿Cuándo hay que pagar por adelantado?' },
  waiver: { en: 'When is it free of charge?', es: '¿Cuándo es gratuito?' },
  deadline: {
    en: 'By when must the office act or answer?',
    es: '¿En qué plazo debe actuar o responder la oficina?',
  },
  appeal: {
    en: 'Where can a decision be appealed, and by when?',
    es: '¿Dónde se puede recurrir una decisión y en qué plazo?',
  },
  complaint: { en: 'Where can I complain?', es: '¿Dónde puedo presentar una queja?' },
  enforcer: { en: 'Who enforces it?', es: '¿Quién lo hace cumplir?' },
  fine: { en: 'How much is the fine?', es: '¿De cuánto es la multa?' },
  'fine-repeat': {
    en: 'How much is the fine for a repeated offense?',
    es: '¿De cuánto es la multa si se repite la infracción?',
  },
  'fine-continuing': {
    en: 'How much is the fine while the offense goes on?',
    es: '¿De cuánto es la multa mientras continúa la infracción?',
  },
  'fine-daily': {
    en: 'Is there a fine for each day, and how much is it?',
    es: '¿Hay una multa por día y de cuánto es?',
  },
  escalation: {
    en: 'What happens if the first step changes nothing?',
    es: '¿Qué ocurre si el primer paso no cambia nada?',
  },
  sanction: { en: 'What can the city order or take away?', es: '¿Qué puede ordenar o retirar la ciudad?' },
  cap: { en: 'What is the most that a fine may be?', es: '¿Cuál es el máximo de una multa?' },
  'look-back': {
    en: 'For how long does an earlier offense count?',
    es: '¿Durante cuánto tiempo cuenta una infracción anterior?',
  },
  discretion: {
    en: 'When can the office make an exception?',
    es: '¿Cuándo puede la oficina hacer una excepción?',
  },
  defence: { en: 'When is it allowed after all?', es: '¿Cuándo está permitido a pesar de todo?' },
  permit: {
    en: 'Is a permit needed, and from whom?',
    es: '¿Hace falta un permiso y quién lo da?',
  },
  form: { en: 'Which form is to be used?', es: '¿Qué formulario hay que usar?' },
  retention: { en: 'How long is it kept?', es: '¿Cuánto tiempo se conserva?' },
  license: { en: 'Under which terms may it be reused?', es: '¿En qué condiciones se puede reutilizar?' },
  agreement: { en: 'Is an agreement needed, and with whom?', es: '¿Hace falta un acuerdo y con quién?' },
  'real-time': { en: 'Can it be had in real time?', es: '¿Se puede obtener en tiempo real?' },
  'how-to': { en: 'What are the steps?', es: '¿Cuáles son los pasos?' },
  format: { en: 'In which formats can it be had?', es: '¿En qué formatos se puede obtener?' },
  inventory: {
    en: 'Is there a list of what is in use?',
    es: '¿Hay una lista de lo que está en uso?',
  },
  instrument: { en: 'Which ordinance or rule is it?', es: '¿Qué ordenanza o norma es?' },
  notice: { en: 'Who must be told, and when?', es: '¿A quién hay que avisar y cuándo?' },
  review: { en: 'Who reviews it, and how often?', es: '¿Quién lo revisa y con qué frecuencia?' },
};

/** Smart sensors in Danbury: How much is the fine? */
export function aspectQuestion(
  aspect: Aspect | undefined,
  topic: string,
  place: string,
  language: Language,
): string {
  const asked = aspect ? questions[aspect] : { en: 'Which rule applies?', es: '¿Qué norma se aplica?' };
  return language === 'es' ? `${topic} en ${place}: ${asked.es}` : `${topic} in ${place}: ${asked.en}`;
}
