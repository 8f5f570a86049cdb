import { defineMessages } from '../../ui/language.ts';

/** The words of forms on footage. */
export const footageMessages = defineMessages({
  en: {
    whatItIs: 'What it is',
    kindOwn: 'Data: readings of sensors, or tables',
    kindFootage: 'Footage: an entry without content; the video is never stored or published here',
    footage: 'Footage',
    formText: 'Everybody can read this once the entry is published. The video itself is never part of it.',
    camera: 'Camera',
    cameraHint: 'How many, what kind, what they record.',
    location: 'Where it stands',
    locationHint: 'As people say it, such as “Main Street at Elm Street”.',
    basis: 'Rule by which it is not public',
    listText: 'What becomes public is the entry alone.',
    publishListed: 'The entry is public already.',
  },
  es: {
    whatItIs: 'Qué es',
    kindOwn: 'Datos: lecturas de sensores, o tablas',
    kindFootage: 'Grabaciones: una entrada sin contenido; el video nunca se guarda ni se publica aquí',
    footage: 'Grabaciones',
    formText: 'Todos pueden leer esto cuando se publique la entrada. El video nunca forma parte de ella.',
    camera: 'Cámara',
    cameraHint: 'Cuántas, de qué tipo, qué graban.',
    location: 'Dónde está',
    locationHint: 'Como lo dice la gente, por ejemplo «Main Street con Elm Street».',
    basis: 'Norma por la que no es público',
    listText: 'Solo la entrada pasa a ser pública.',
    publishListed: 'La entrada ya es pública.',
  },
});
