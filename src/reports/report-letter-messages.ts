import { defineMessages } from '../ui/language.ts';

/** The letters of a report: to the office, and to whoever reported. */
export const reportLetterMessages = defineMessages({
  en: {
    subject: '{{what}}: {{dataset}}, case {{number}}',
    body: `{{date}}

{{office}}
{{city}}

Case number: {{number}}

What is reported: {{what}}
Dataset: {{dataset}}
{{datasetPage}}
Period: {{period}}
Where: {{spot}}

{{said}}

Your staff answer at: {{casePage}}

{{writer}}
{{writerAddress}}`,
    'what_missing-dataset': 'A dataset is missing',
    'what_missing-readings': 'Readings are missing',
    'what_wrong-values': 'Values are wrong',
    'what_wrong-description': 'The description is wrong',
    'what_not-public': 'Something should not be public',
    notThere: 'one that the catalog does not have',
    period: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
    numberToCome: '(given when the report is sent)',
    noOffice: 'no office in particular',
    letterTo: (office: string) => `Letter to: ${office}`,
    receiptSubject: (number: string) => `Receipt for your report, case ${number}`,
    receiptText: (at: { number: string; office: string; city: string; link: string }) =>
      `Your report has the case number ${at.number}. It went to: ${at.office}, ${at.city}.\n\nYour private link, by which you see what becomes of it:\n${at.link}\n\nKeep this link: it is the only way in. Whoever has it can read the case and add to it, so give it to nobody. No source that we know gives the office a day by which it must answer.`,
    answerSubject: (number: string) => `Your report was answered, case ${number}`,
    answerText: (at: { number: string; office: string; state: string; reply: string; version: string }) =>
      `The office (${at.office}) has answered your report, case ${at.number}: ${at.state}.\n\n${at.reply}${at.version ? `\n\nThe dataset as it stands now: ${at.version}` : ''}\n\nYou can read the case by the private link on your receipt.`,
  },
  es: {
    subject: '{{what}}: {{dataset}}, caso {{number}}',
    body: `{{date}}

{{office}}
{{city}}

Número de caso: {{number}}

De qué se avisa: {{what}}
Conjunto de datos: {{dataset}}
{{datasetPage}}
Período: {{period}}
Dónde: {{spot}}

{{said}}

Su personal responde en: {{casePage}}

{{writer}}
{{writerAddress}}`,
    'what_missing-dataset': 'Falta un conjunto de datos',
    'what_missing-readings': 'Faltan mediciones',
    'what_wrong-values': 'Hay valores erróneos',
    'what_wrong-description': 'La descripción es errónea',
    'what_not-public': 'Algo no debería ser público',
    notThere: 'uno que el catálogo no tiene',
    period: (from: string, to: string) => (from === to ? from : `del ${from} al ${to}`),
    numberToCome: '(se da al enviar el aviso)',
    noOffice: 'ninguna oficina en particular',
    letterTo: (office: string) => `Carta a: ${office}`,
    receiptSubject: (number: string) => `Recibo de su aviso, caso ${number}`,
    receiptText: (at: { number: string; office: string; city: string; link: string }) =>
      `Su aviso tiene el número de caso ${at.number}. Va dirigido a: ${at.office}, ${at.city}.\n\nSu enlace privado, con el que ve en qué queda:\n${at.link}\n\nGuarde este enlace: es la única entrada. Quien lo tenga puede leer el caso y añadirle algo, así que no se lo dé a nadie. Ninguna fuente que conozcamos fija a la oficina un día para responder.`,
    answerSubject: (number: string) => `Respondieron a su aviso, caso ${number}`,
    answerText: (at: { number: string; office: string; state: string; reply: string; version: string }) =>
      `La oficina (${at.office}) ha respondido a su aviso, caso ${at.number}: ${at.state}.\n\n${at.reply}${at.version ? `\n\nEl conjunto de datos, como está ahora: ${at.version}` : ''}\n\nPuede leer el caso con el enlace privado de su recibo.`,
  },
});
