import type { Language } from '../ui/language.ts';

type Entry = { find: RegExp; term: string; text: string };

/** Words of offices and of law, explained for everybody. They explain a word and state no law. */
const entries: Record<Language, Entry[]> = {
  en: [
    {
      find: /\bAPIs?\b|\binterfaces?\b/i,
      term: 'API (interface)',
      text: 'A way for a program to fetch data by itself, without a person clicking through pages.',
    },
    {
      find: /\bkeys?\b/i,
      term: 'Key',
      text: 'A long code that a program sends along so that the interface knows who is asking. Keep it secret like a password.',
    },
    { find: /\bordinances?\b/i, term: 'Ordinance', text: 'A law that a city makes for itself.' },
    {
      find: /\bstatutes?\b|\bstate law\b/i,
      term: 'Statute',
      text: 'A law that the state makes. It stands above what a city decides.',
    },
    {
      find: /\bpublic records?\b|\brecords? requests?\b/i,
      term: 'Public record',
      text: 'What an office writes down, films or measures in its work. Anyone may ask to see it, unless a law keeps it closed.',
    },
    {
      find: /Freedom of Information|\bFOI\b/,
      term: 'Freedom of Information Commission',
      text: 'The state’s office that hears people whose request for records was refused or not answered.',
    },
    {
      find: /\bright-of-way\b/i,
      term: 'Right-of-way',
      text: 'The strip of public ground with the street, the sidewalk and the poles.',
    },
    {
      find: /\bredact/i,
      term: 'To redact',
      text: 'To black out the parts that must stay private before something is shown.',
    },
    {
      find: /\banonymi[sz]/i,
      term: 'Anonymized',
      text: 'Changed so that nobody can be recognized any more.',
    },
    {
      find: /\bvariances?\b/i,
      term: 'Variance',
      text: 'An official permission to depart from a rule in one case.',
    },
    {
      find: /\bretention\b|\bretain/i,
      term: 'Retention',
      text: 'How long something must be kept before it may be destroyed.',
    },
    {
      find: /\bdatasets?\b/i,
      term: 'Dataset',
      text: 'Data that belongs together, such as all counts of one kind of sensor.',
    },
    {
      find: /\bcitations?\b/i,
      term: 'Citation',
      text: 'A paper that says which rule somebody is said to have broken, and what follows.',
    },
    {
      find: /\bmetadata\b/i,
      term: 'Metadata',
      text: 'Data about data: who measured it, when, and in what unit.',
    },
    {
      find: /\bzoning\b/i,
      term: 'Zoning',
      text: 'The city’s plan of what may be built or done on which ground.',
    },
    {
      find: /\bAI\b|\bartificial intelligence\b/,
      term: 'AI',
      text: 'Artificial intelligence: a program that learns from examples, for instance to recognize things in pictures.',
    },
    {
      find: /\banalytics\b|\banalysis\b/i,
      term: 'Analysis of pictures',
      text: 'A program that looks at pictures and finds things in them, such as plates or faces.',
    },
    { find: /\bGIS\b/, term: 'GIS', text: 'A geographic information system: the city’s digital maps.' },
    { find: /\blien\b/i, term: 'Lien', text: 'A claim on somebody’s property until a debt is paid.' },
    {
      find: /\bmining\b/i,
      term: 'Mining (of crypto money)',
      text: 'Running computers day and night to earn digital money. It takes much power and makes noise and heat.',
    },
  ],
  es: [
    {
      find: /\bAPI\b|\binterfa(z|ces)\b/i,
      term: 'API (interfaz)',
      text: 'Una manera de que un programa obtenga datos por sí solo, sin que una persona vaya página por página.',
    },
    {
      find: /\bclaves?\b/i,
      term: 'Clave',
      text: 'Un código largo que envía un programa para que la interfaz sepa quién pregunta. Guárdelo en secreto, como una contraseña.',
    },
    { find: /\bordenanzas?\b/i, term: 'Ordenanza', text: 'Una ley que una ciudad hace para sí misma.' },
    {
      find: /\bestatutos?\b|\bley estatal\b/i,
      term: 'Ley estatal',
      text: 'Una ley que hace el estado. Está por encima de lo que decide una ciudad.',
    },
    {
      find: /\bregistros? públicos?\b|\bsolicitud(es)? de registros\b/i,
      term: 'Registro público',
      text: 'Lo que una oficina escribe, graba o mide en su trabajo. Cualquiera puede pedir verlo, salvo que una ley lo mantenga cerrado.',
    },
    {
      find: /Libertad de Información|\bFOI\b/i,
      term: 'Comisión de Libertad de Información',
      text: 'La oficina del estado que oye a quien pidió registros y no le respondieron o se los negaron.',
    },
    {
      find: /\bvía pública\b|\bservidumbre/i,
      term: 'Vía pública',
      text: 'La franja de terreno público con la calle, la acera y los postes.',
    },
    {
      find: /\btacha|\bocult(ar|e|ó) datos|\bredact/i,
      term: 'Tachar',
      text: 'Cubrir las partes que deben quedar en privado antes de mostrar algo.',
    },
    { find: /\banonimiz/i, term: 'Anonimizado', text: 'Cambiado de modo que ya no se reconoce a nadie.' },
    {
      find: /\bvariaci(ón|ones)\b|\bvarianza/i,
      term: 'Variación',
      text: 'Un permiso oficial para apartarse de una norma en un caso.',
    },
    {
      find: /\bconserva/i,
      term: 'Conservación',
      text: 'Cuánto tiempo hay que guardar algo antes de que se pueda destruir.',
    },
    {
      find: /\bconjuntos? de datos\b/i,
      term: 'Conjunto de datos',
      text: 'Datos que van juntos, como todos los conteos de una clase de sensor.',
    },
    {
      find: /\bcitaci(ón|ones)\b/i,
      term: 'Citación',
      text: 'Un papel que dice qué norma se cree que alguien infringió y qué sigue.',
    },
    {
      find: /\bmetadatos\b/i,
      term: 'Metadatos',
      text: 'Datos sobre los datos: quién midió, cuándo y en qué unidad.',
    },
    {
      find: /\bzonificación\b/i,
      term: 'Zonificación',
      text: 'El plan de la ciudad sobre qué se puede construir o hacer en cada terreno.',
    },
    {
      find: /\bIA\b|\binteligencia artificial\b/,
      term: 'IA',
      text: 'Inteligencia artificial: un programa que aprende de ejemplos, por ejemplo a reconocer cosas en imágenes.',
    },
    {
      find: /\banálisis\b/i,
      term: 'Análisis de imágenes',
      text: 'Un programa que mira imágenes y encuentra cosas en ellas, como matrículas o caras.',
    },
    {
      find: /\b(GIS|SIG)\b/,
      term: 'SIG',
      text: 'Un sistema de información geográfica: los mapas digitales de la ciudad.',
    },
    {
      find: /\bgravamen\b/i,
      term: 'Gravamen',
      text: 'Un derecho sobre la propiedad de alguien hasta que se pague una deuda.',
    },
    {
      find: /\bmin(ería|ar|ado)\b/i,
      term: 'Minería (de criptomonedas)',
      text: 'Tener computadoras trabajando día y noche para ganar dinero digital. Gasta mucha electricidad y hace ruido y calor.',
    },
  ],
};

/** The words of a text that may want explaining, in alphabetical order. */
export function glossary(text: string, language: Language): { term: string; text: string }[] {
  return entries[language]
    .filter(({ find }) => find.test(text))
    .map(({ term, text }) => ({ term, text }))
    .toSorted((a, b) => a.term.localeCompare(b.term, language));
}
