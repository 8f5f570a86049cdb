import { defineMessages } from '../ui/language.ts';

export const ownCaseMessages = defineMessages({
  en: {
    title: 'Your questions to offices',
    text: 'Those that you asked while signed in. Each opens by the private link in its receipt; the link itself is not kept.',
    none: 'You have asked none while signed in.',
    number: 'Number',
    about: 'About',
    office: 'Office',
    opened: 'Asked',
    closed: 'Closed',
    open: 'still open',
    nothingStays: 'No question to an office is tied to this account.',
    staysTitle: (cases: number) => (cases === 1 ? 'One question stays' : `${cases} questions stay`),
    stays: (numbers: string) =>
      `The name and the address that you gave for them stay with the office: ${numbers}. Only the tie to your account is cut.`,
    staysNameless: 'You gave no name and no address for them. Only the tie to your account is cut.',
    why: 'What was asked of an office, and by whom, is the office’s record; deleting an account here does not destroy it.',
    howLongUnknown:
      'How long: not specified. No rule on file says how long an office keeps such a question; ask the office named beside it.',
    unsure: 'not certain',
    source: (rule: string) => `Rule and source: ${rule}`,
    ask: 'To have them erased, write to the office named beside each question, with its number, before or after you delete the account. Once a question is closed, a records officer can propose to erase what it says and a second person decides. Closed questions of deleted accounts stand first on their list. Download your file first: it holds the questions and answers.',
  },
  es: {
    title: 'Sus preguntas a oficinas',
    text: 'Las que hizo con la sesión iniciada. Cada una se abre con el enlace privado de su recibo; el enlace mismo no se guarda.',
    none: 'No ha hecho ninguna con la sesión iniciada.',
    number: 'Número',
    about: 'Asunto',
    office: 'Oficina',
    opened: 'Preguntado',
    closed: 'Cerrado',
    open: 'sigue abierta',
    nothingStays: 'Ninguna pregunta a una oficina está unida a esta cuenta.',
    staysTitle: (cases: number) => (cases === 1 ? 'Queda una pregunta' : `Quedan ${cases} preguntas`),
    stays: (numbers: string) =>
      `El nombre y la dirección que dio para ellas quedan en la oficina: ${numbers}. Solo se corta la unión con su cuenta.`,
    staysNameless: 'No dio para ellas nombre ni dirección. Solo se corta la unión con su cuenta.',
    why: 'Lo que se preguntó a una oficina, y quién lo preguntó, es un registro de la oficina; borrar aquí una cuenta no lo destruye.',
    howLongUnknown:
      'Cuánto tiempo: no se precisa. Ninguna norma registrada dice cuánto guarda una oficina una pregunta así; pregunte a la oficina que figura a su lado.',
    unsure: 'no es seguro',
    source: (rule: string) => `Norma y fuente: ${rule}`,
    ask: 'Para que se borren, escriba a la oficina que figura junto a cada pregunta, con su número, antes o después de borrar la cuenta. Cuando una pregunta está cerrada, el responsable de registros puede proponer borrar lo que dice y decide otra persona. Las preguntas cerradas de cuentas borradas van las primeras en su lista. Descargue antes su archivo: contiene las preguntas y las respuestas.',
  },
});
