import { defineMessages } from '../ui/language.ts';

/** The words of the developers' page and of the page about this site. */
export const developersMessages = defineMessages({
  en: {
    title: 'Get data by program',
    lead: 'Read everything that is published here: no account and no key needed.',
    ways: 'Four ways',
    sensorthings: 'SensorThings API',
    sensorthingsText:
      'OGC SensorThings API 1.1: sensors (Things), their series (Datastreams) and readings (Observations), linked with each other, with filters, sorting and paging.',
    downloads: 'Downloads',
    downloadsText:
      'A dataset’s readings as CSV, JSON or GeoJSON; choose sensors, period and hourly or daily values by parameters. The explore page of a dataset makes the address for you.',
    live: 'Live feeds',
    liveText:
      'Server-sent events: each new reading as it arrives, of a dataset or of one series. A program that was away says the last id it saw (Last-Event-ID) and misses nothing.',
    openapi: 'Description for tools',
    openapiText: 'OpenAPI 3.1, for generating clients and for API explorers.',
    try: 'Try a SensorThings query',
    tryText: 'What stands after /v1.1/. The answer comes from this installation, as anyone would get it.',
    queryLabel: 'Query',
    send: 'Send',
    answer: 'Answer',
    status: (status: number, ms: string) => `Status ${status}, in ${ms} ms`,
    cut: (shown: string, total: string) => `The first ${shown} of ${total} characters`,
    openAnswer: 'Open this address',
    examples: 'Examples',
    exampleThings: 'The first five sensors with their places',
    exampleNewest: 'Newest ten readings of one series',
    exampleFilter: 'Series that measure temperature',
    exampleLatest: 'Every series of a sensor with its newest reading',
    keys: 'API keys',
    keysText:
      'Reading needs no key. A key gives a program an allowance of its own, and shows you what it asked for.',
    keysMake: 'Make a key in your account',
    demoKey: 'A key to try',
    demoKeyText:
      'Everybody sees this key and may use it. It reads what anyone may read, and writes nothing. All who use it from one address share a small allowance, fewer requests than without a key: for work, make a key of your own.',
    demoKeyLimit: (requests: number, seconds: number) =>
      `${requests} requests in any ${seconds} seconds from one address.`,
    limits: 'What limits apply',
    limitRead: 'Reading needs no key. Requests are counted, and each answer says how many are left.',
    limitPage: 'Answers come in pages: follow @iot.nextLink until there is none.',
    limitRestricted: 'What belongs to a restricted dataset is in no answer, and no count includes it.',
    limitReplay: 'A live feed can resume up to 7 days back; older readings come from a download or a query.',
    limitWrite:
      'Writing needs a key for a device, which the operator of this installation or a data steward makes.',
    limitTime: 'Times in the API are in UTC; these pages show them in the city’s zone and name it.',
    limitLicense: 'A license belongs to each dataset. Where none is stated, ask the office in charge.',
    wrongQuery: 'A query has at most 1,000 characters and stays below /v1.1/.',
    noData: 'Nothing is published yet, so the examples have nothing to show.',

    aboutTitle: 'About this site and accessibility',
    aboutLead: 'What this site is, what it keeps about you, and how to use it in your way.',
    whatTitle: 'What this is',
    whatText:
      'Charter Oak is software for a city’s sensor-data office. It takes in what sensors measure, publishes what may be public, and says for each sensor whose it is and why it is there. It is free software under the Apache License 2.0.',
    gapsTitle: 'What is not known is said',
    gapsText:
      '“Not stated” means that the sources give no answer. Nothing is filled in by guessing: no license, no contact, no limit.',
    privacyTitle: 'What it keeps about you',
    privacyText:
      'This site sets no cookies. Its log notes the address of each page asked for, without what you searched for.',
    privacyAlone: 'It loads nothing from other sites.',
    privacyMap: 'The map loads its background from the map service that the operator has chosen.',
    accessTitle: 'Accessibility',
    accessText:
      'These pages are made to meet the Web Content Accessibility Guidelines (WCAG) 2.2, level AA. Everything except the map and the chart works without JavaScript; what map and chart show is also there as a table. All of it can be used by keyboard and on a narrow screen.',
    accessAsk: 'If something does not work for you, tell the office of the city whose page it is:',
    languageTitle: 'Languages',
    languageText:
      'Pages speak English and Spanish. Names of sensors, measures and offices appear as the offices recorded them, mostly in English.',
  },
  es: {
    title: 'Obtener datos con un programa',
    lead: 'Lea todo lo que se publica aquí: sin cuenta y sin clave.',
    ways: 'Cuatro maneras',
    sensorthings: 'API SensorThings',
    sensorthingsText:
      'OGC SensorThings API 1.1: sensores (Things), sus series (Datastreams) y sus lecturas (Observations), enlazados entre sí, con filtros, orden y páginas.',
    downloads: 'Descargas',
    downloadsText:
      'Las lecturas de un conjunto de datos en CSV, JSON o GeoJSON; elija sensores, período y valores por hora o por día con parámetros. La página para explorar un conjunto de datos le prepara la dirección.',
    live: 'Datos en vivo',
    liveText:
      'Server-sent events: cada lectura nueva según llega, de un conjunto de datos o de una sola serie. Un programa que se desconectó indica el último id que vio (Last-Event-ID) y no pierde nada.',
    openapi: 'Descripción para herramientas',
    openapiText: 'OpenAPI 3.1, para generar clientes y explorar la API.',
    try: 'Probar una consulta de SensorThings',
    tryText:
      'Lo que va después de /v1.1/. La respuesta viene de esta instalación, tal como la recibiría cualquiera.',
    queryLabel: 'Consulta',
    send: 'Enviar',
    answer: 'Respuesta',
    status: (status: number, ms: string) => `Estado ${status}, en ${ms} ms`,
    cut: (shown: string, total: string) => `Los primeros ${shown} de ${total} caracteres`,
    openAnswer: 'Abrir esta dirección',
    examples: 'Ejemplos',
    exampleThings: 'Los primeros cinco sensores con su ubicación',
    exampleNewest: 'Las diez lecturas más recientes de una serie',
    exampleFilter: 'Las series que miden temperatura',
    exampleLatest: 'Todas las series de un sensor con su última lectura',
    keys: 'Claves de API',
    keysText:
      'Para leer no hace falta una clave. Una clave da a un programa un cupo propio y le muestra a usted qué ha pedido.',
    keysMake: 'Crear una clave en su cuenta',
    demoKey: 'Una clave para probar',
    demoKeyText:
      'Todos ven esta clave y pueden usarla. Lee lo que cualquiera puede leer y no escribe nada. Quienes la usan desde una misma dirección comparten un cupo pequeño, menos peticiones que sin clave: para trabajar, cree una clave propia.',
    demoKeyLimit: (requests: number, seconds: number) =>
      `${requests} peticiones en cualquier período de ${seconds} segundos desde una dirección.`,
    limits: 'Qué límites hay',
    limitRead:
      'Para leer no hace falta una clave. Las peticiones se cuentan, y cada respuesta dice cuántas quedan.',
    limitPage: 'Las respuestas llegan por páginas: siga @iot.nextLink hasta que no haya más.',
    limitRestricted:
      'Lo que pertenece a un conjunto de datos restringido no está en ninguna respuesta ni se cuenta en ningún total.',
    limitReplay:
      'Los datos en vivo pueden retomarse hasta 7 días atrás; las lecturas anteriores se obtienen con una descarga o una consulta.',
    limitWrite:
      'Para escribir hace falta una clave para un dispositivo, que crea quien administra esta instalación o un responsable de datos.',
    limitTime:
      'Las horas de la API están en UTC; estas páginas las muestran en la zona horaria de la ciudad y la nombran.',
    limitLicense:
      'Cada conjunto de datos tiene su propia licencia. Si no se indica ninguna, pregunte a la oficina responsable.',
    wrongQuery: 'Una consulta tiene como máximo 1,000 caracteres y no sale de /v1.1/.',
    noData: 'Todavía no se publica nada, así que los ejemplos no tienen qué mostrar.',

    aboutTitle: 'Acerca de este sitio y accesibilidad',
    aboutLead: 'Qué es este sitio, qué guarda sobre usted y cómo usarlo a su manera.',
    whatTitle: 'Qué es',
    whatText:
      'Charter Oak es un programa para la oficina de datos de sensores de una ciudad. Recibe lo que miden los sensores, publica lo que puede ser público y dice de cada sensor de quién es y por qué está ahí. Es software libre con la licencia Apache 2.0.',
    gapsTitle: 'Lo que no se sabe, se dice',
    gapsText:
      '«No se indica» significa que las fuentes no dan una respuesta. Nada se completa adivinando: ni una licencia, ni un contacto, ni un límite.',
    privacyTitle: 'Qué guarda sobre usted',
    privacyText:
      'Este sitio no usa cookies. Su registro anota la dirección de cada página solicitada, sin lo que usted buscó.',
    privacyAlone: 'No carga nada de otros sitios.',
    privacyMap: 'El mapa carga su fondo desde el servicio de mapas que eligió quien administra el sitio.',
    accessTitle: 'Accesibilidad',
    accessText:
      'Estas páginas están hechas para cumplir las Pautas de Accesibilidad para el Contenido Web (WCAG) 2.2, nivel AA. Todo funciona sin JavaScript, salvo el mapa y el gráfico; lo que estos muestran está también en una tabla. Todo se puede usar con el teclado y en una pantalla estrecha.',
    accessAsk: 'Si algo no le funciona, avise a la oficina de la ciudad a la que pertenece la página:',
    languageTitle: 'Idiomas',
    languageText:
      'Las páginas hablan inglés y español. Los nombres de sensores, mediciones y oficinas aparecen como los registraron las oficinas, casi siempre en inglés.',
  },
});
