import { defineMessages } from '../ui/language.ts';

/** Words of letters: what is put into the city's template, and the letters to whoever asked. */
export const letterMessages = defineMessages({
  en: {
    nothingOnRecord: 'Nothing is on record here about this.',
    sameSubject: 'the same subject, in a wider place',
    widerSubject: 'a wider subject, of which this one is a part',
    otherSubject: 'a related subject, so it may not apply',
    unverified: 'unverified',
    readOn: (day: string) => `read ${day}`,
    numberToCome: '(given when the letter is sent)',
    receiptSubject: (number: string) => `Receipt for your question, case ${number}`,
    receiptText: (at: { number: string; office: string; city: string; link: string }) =>
      `Your question has the case number ${at.number}. It went to this office: ${at.office}, ${at.city}.\n\nYour private link, by which you read what you asked:\n${at.link}\n\nKeep this link: it is the only way in. Whoever has it can read the case and withdraw the question, so give it to nobody. We write to you when the office answers. No source that we know gives the office a day by which it must answer.`,
    answerSubject: (number: string) => `The office has answered your question, case ${number}`,
    answerText: (at: { number: string; office: string; question: string; answer: string }) =>
      `The office that you asked (${at.office}) has answered your question, case ${at.number}.\n\nYou asked:\n\n${at.question}\n\nThe answer:\n\n${at.answer}\n\nThe answer becomes part of the published rules only once a second person has approved it. You can read the case by the private link on your receipt.`,
    closedSubject: (number: string) => `Your question was closed, case ${number}`,
    closedText: (at: { number: string; office: string; question: string; reason: string }) =>
      `The office that you asked (${at.office}) has closed your question, case ${at.number}, without an answer.\n\nYou asked:\n\n${at.question}\n\nThe reason given:\n\n${at.reason}\n\nYou may ask again, or ask another office.`,
    routedSubject: (number: string) => `Your question went to another office, case ${number}`,
    routedText: (at: { number: string; office: string; before: string }) =>
      `Your question, case ${at.number}, has been passed on to another office.\n\nUntil now: ${at.before}\nFrom now on: ${at.office}\n\nThe number and your private link stay the same.`,
    letterTo: (office: string) => `Letter to: ${office}`,
    noOffice: 'no office in particular',
  },
  es: {
    nothingOnRecord: 'Aquí no consta nada sobre esto.',
    sameSubject: 'el mismo asunto, en un lugar más amplio',
    widerSubject: 'un asunto más amplio, del que este forma parte',
    otherSubject: 'un asunto parecido, así que quizá no se aplique',
    unverified: 'sin comprobar',
    readOn: (day: string) => `leído el ${day}`,
    numberToCome: '(se da al enviar la carta)',
    receiptSubject: (number: string) => `Recibo de su pregunta, caso ${number}`,
    receiptText: (at: { number: string; office: string; city: string; link: string }) =>
      `Su pregunta tiene el número de caso ${at.number}. Va dirigida a esta oficina: ${at.office}, ${at.city}.\n\nSu enlace privado, con el que puede leer lo que preguntó:\n${at.link}\n\nGuarde este enlace: es la única entrada. Quien lo tenga puede leer el caso y retirar la pregunta, así que no se lo dé a nadie. Le escribiremos cuando la oficina responda. Ninguna fuente que conozcamos fija a la oficina un día para responder.`,
    answerSubject: (number: string) => `La oficina ha respondido a su pregunta, caso ${number}`,
    answerText: (at: { number: string; office: string; question: string; answer: string }) =>
      `La oficina a la que preguntó (${at.office}) ha respondido a su pregunta, caso ${at.number}.\n\nUsted preguntó:\n\n${at.question}\n\nLa respuesta:\n\n${at.answer}\n\nLa respuesta solo pasa a formar parte de las normas publicadas cuando una segunda persona la aprueba. Puede leer el caso con el enlace privado de su recibo.`,
    closedSubject: (number: string) => `Su pregunta se cerró, caso ${number}`,
    closedText: (at: { number: string; office: string; question: string; reason: string }) =>
      `La oficina a la que preguntó (${at.office}) ha cerrado su pregunta, caso ${at.number}, sin respuesta.\n\nUsted preguntó:\n\n${at.question}\n\nEl motivo que se dio:\n\n${at.reason}\n\nPuede volver a preguntar, o preguntar a otra oficina.`,
    routedSubject: (number: string) => `Su pregunta pasó a otra oficina, caso ${number}`,
    routedText: (at: { number: string; office: string; before: string }) =>
      `Su pregunta, caso ${at.number}, ha pasado a otra oficina.\n\nHasta ahora: ${at.before}\nDesde ahora: ${at.office}\n\nEl número y su enlace privado siguen siendo los mismos.`,
    letterTo: (office: string) => `Carta a: ${office}`,
    noOffice: 'ninguna en particular',
  },
});
