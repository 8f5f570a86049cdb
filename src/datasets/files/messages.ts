import { defineMessages } from '../../ui/language.ts';

/** The words of a dataset's files by month and of its page for programs. */
export const filesMessages = defineMessages({
  en: {
    files: 'Files by month',
    filesIntro:
      'When a month is over, its readings are published as one Parquet file that never changes, with a checksum (SHA-256) to cite and to check it by. If readings come late or are corrected, a new edition is made; of the older one the checksum stays listed here.',
    month: 'Month',
    edition: 'Edition',
    rows: 'Readings',
    size: 'Size',
    published: 'Published',
    checksum: 'Checksum',
    superseded: 'replaced by a newer edition',
    withdrawn: 'withdrawn',
    older: 'Earlier editions',
    allFiles: 'All files as a list for programs',
    apiPage: 'Examples for programs',

    title: 'Use this dataset by program',
    lead: (title: string) =>
      `Examples for “${title}” that work as they stand. No key is needed to read; a key raises the limit.`,
    file: 'The whole dataset, or some days of it, as a file',
    fileText: 'Days are those of the city. Leave “from” out for everything.',
    python: 'Python with pandas',
    table: 'The table, or rows of it, as a file',
    tableText:
      'The table’s page writes the address of any filter; the second address has the rows with a value in one column.',
    duckdbText: 'DuckDB reads only the parts of a published file that a question needs.',
    duckdbNone: 'No month of this dataset is over yet; once one is, its file can be queried where it lies.',
    qgisText:
      'Layer › Add Layer › Add Vector Layer, source type “Protocol: HTTP(S)”, with this address. Or Layer › Add Layer › Add SensorThings Layer with the address below it.',
    live: 'New readings as they arrive',
    sensorthings: 'SensorThings API',
    ckan: 'CKAN’s API',
    ckanText: 'The catalog entry, and rows of the dataset with filters, order and an exact total.',
    dcat: 'Catalogs',
    dcatText: 'This dataset in DCAT-US, beside all others.',
    limits: 'Limits',
    limitsText: 'What is asked without a key is counted by address; every answer says what is left.',
    limitsMore: 'All about the API, keys and limits',
    closed: 'This dataset is not open, so there is nothing to read by program.',
    back: 'Back to the dataset',
  },
  es: {
    files: 'Archivos por mes',
    filesIntro:
      'Cuando termina un mes, sus lecturas se publican en un archivo Parquet que ya no cambia, con una suma de verificación (SHA-256) para citarlo y comprobarlo. Si llegan lecturas tarde o se corrigen, se hace una edición nueva; de la anterior queda aquí la suma.',
    month: 'Mes',
    edition: 'Edición',
    rows: 'Lecturas',
    size: 'Tamaño',
    published: 'Publicado',
    checksum: 'Suma de verificación',
    superseded: 'reemplazado por una edición más nueva',
    withdrawn: 'retirado',
    older: 'Ediciones anteriores',
    allFiles: 'Todos los archivos como lista para programas',
    apiPage: 'Ejemplos para programas',

    title: 'Usar este conjunto de datos con un programa',
    lead: (title: string) =>
      `Ejemplos para «${title}» que funcionan tal como están. Para leer no hace falta una clave; con una, el límite es mayor.`,
    file: 'Todos los datos, o los de algunos días, en un archivo',
    fileText: 'Los días son los de la ciudad. Sin «from» se obtiene todo.',
    python: 'Python con pandas',
    table: 'La tabla, o filas de ella, en un archivo',
    tableText:
      'La página de la tabla escribe la dirección de cualquier filtro; la segunda dirección da las filas con valor en una columna.',
    duckdbText: 'DuckDB lee solo las partes de un archivo publicado que la consulta necesita.',
    duckdbNone:
      'Todavía no ha terminado ningún mes de estos datos; cuando termine uno, su archivo se podrá consultar donde está.',
    qgisText:
      'Capa › Añadir capa › Añadir capa vectorial, tipo de fuente «Protocolo: HTTP(S)», con esta dirección. O Capa › Añadir capa › Añadir capa SensorThings con la dirección que le sigue.',
    live: 'Lecturas nuevas en cuanto llegan',
    sensorthings: 'API SensorThings',
    ckan: 'API de CKAN',
    ckanText: 'La ficha del catálogo, y filas de los datos con filtros, orden y total exacto.',
    dcat: 'Catálogos',
    dcatText: 'Estos datos en DCAT-US, junto a todos los demás.',
    limits: 'Límites',
    limitsText: 'Lo que se pide sin clave se cuenta por dirección; cada respuesta dice cuánto queda.',
    limitsMore: 'Todo sobre la API, las claves y los límites',
    closed: 'Estos datos no son abiertos: no hay nada que leer con un programa.',
    back: 'Volver al conjunto de datos',
  },
});
