import { defineMessages } from '../ui/language.ts';

export const peopleMessages = defineMessages({
  en: {
    permissionsTitle: 'Who may do what',
    permissionsLead:
      'This is the permission table that the program itself asks before it does anything. What is in no row, nobody may do.',
    permissionsCaption: 'The permission table',
    permission: 'What',
    who: 'Who may do it',
    actions: 'Actions in the program',
    actionCount: (count: number) => (count === 1 ? '1 action' : `${count} actions`),
    sourceNote: 'The table is part of the source code and is shown as it is in force.',
    anonymous: 'Everybody',
    key: 'Holder of an API key',
    'open-writes': 'Any program on this machine, while open writing is switched on for trying',
    operator: 'Operator of this installation',
    'own-dataset': 'within the dataset the key was made for',
    'read-open-data': 'See and download what is published',
    'show-a-key': 'Show an API key and have it checked',
    'write-entities': 'Write, change and delete sensors and readings through SensorThings',
    'import-files': 'Import files',
    'run-the-installation': 'Run the installation: store what sensors send, load the demonstration, tidy up',
    'manage-keys': 'Make, list and revoke API keys',
    'change-access': 'Open or restrict a dataset',
    'read-audit-log': 'Read the audit log and verify that nothing in it was changed',
  },
  es: {
    permissionsTitle: 'Quién puede hacer qué',
    permissionsLead:
      'Esta es la tabla de permisos que el propio programa consulta antes de hacer cualquier cosa. Lo que no está en ninguna fila no lo puede hacer nadie.',
    permissionsCaption: 'La tabla de permisos',
    permission: 'Qué',
    who: 'Quién puede hacerlo',
    actions: 'Acciones en el programa',
    actionCount: (count: number) => (count === 1 ? '1 acción' : `${count} acciones`),
    sourceNote: 'La tabla forma parte del código fuente y se muestra tal como está en vigor.',
    anonymous: 'Todo el mundo',
    key: 'Quien tiene una clave de API',
    'open-writes':
      'Cualquier programa de esta máquina, mientras la escritura abierta esté activada para hacer pruebas',
    operator: 'Quien opera esta instalación',
    'own-dataset': 'dentro del conjunto de datos para el que se creó la clave',
    'read-open-data': 'Ver y descargar lo publicado',
    'show-a-key': 'Presentar una clave de API para que se compruebe',
    'write-entities': 'Escribir, cambiar y borrar sensores y lecturas por SensorThings',
    'import-files': 'Importar archivos',
    'run-the-installation':
      'Hacer funcionar la instalación: guardar lo que envían los sensores, cargar la demostración, hacer limpieza',
    'manage-keys': 'Crear, listar y revocar claves de API',
    'change-access': 'Abrir o restringir un conjunto de datos',
    'read-audit-log': 'Leer el registro de auditoría y comprobar que nada se ha cambiado en él',
  },
});
