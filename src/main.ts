import { isProblem } from './kit/problem.ts';

/** `charter-oak <command>`: finds the command and reports what went wrong in words. */
type Command = { about: string; run: (args: string[]) => Promise<number> };

const commands: Record<string, Command> = {
  serve: {
    about: 'start the server (what `npm start` does)',
    run: async (args) => (await import('./commands/serve.ts')).serve(args),
  },
  init: {
    about: 'FILE --administrator ADDRESS --name NAME: set up a city on an empty database',
    run: async (args) => (await import('./commands/init.ts')).init(args),
  },
  staff: {
    about: 'invite ADDRESS --name NAME --role ROLE | list | reset ADDRESS',
    run: async (args) => (await import('./commands/staff.ts')).staff(args),
  },
  city: {
    about: 'import FOLDER…: bring cities in, with offices, rules, guides and letters',
    run: async (args) => (await import('./commands/city.ts')).city(args),
  },
  rules: {
    about: 'check FOLDER… | import FOLDER… | export [--place PLACE] [--out FOLDER]',
    run: async (args) => (await import('./commands/rules.ts')).rules(args),
  },
  migrate: {
    about: 'bring the database to the newest schema, then stop',
    run: async (args) => (await import('./commands/migrate.ts')).migrateCommand(args),
  },
  import: {
    about: 'FILE --map MAPPING: read a file of readings into the store',
    run: async (args) => (await import('./commands/import.ts')).importCommand(args),
  },
  keys: {
    about:
      'create NAME [--dataset SLUG… | --thing ID…] [--expires DAY] | create --demo | list | rename PREFIX NAME | rotate PREFIX | revoke PREFIX',
    run: async (args) => (await import('./commands/keys.ts')).keys(args),
  },
  terms: {
    about: 'publish FILE: terms of use that whoever makes a key accepts',
    run: async (args) => (await import('./commands/terms.ts')).terms(args),
  },
  datasets: {
    about: 'list | open SLUG | restrict SLUG [--listed|--no-listed] | own SLUG OFFICE',
    run: async (args) => (await import('./commands/datasets.ts')).datasets(args),
  },
  harvest: {
    about:
      'list | add NAME URL --kind KIND --office OFFICE [--every PT1H|PT6H|P1D|P7D] | run [ID] | stop ID | start ID',
    run: async (args) => (await import('./commands/harvest.ts')).harvest(args),
  },
  retention: {
    about: 'plan [DATASET] | run [DATASET] --destroy | certificates [NUMBER]',
    run: async (args) => (await import('./commands/retention.ts')).retention(args),
  },
  verify: {
    about: '[--head NUMBER:HASH] check the audit log, print the head to keep',
    run: async (args) => (await import('./commands/verify.ts')).verify(args),
  },
};

async function main(argv: string[]): Promise<number> {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    console.error(
      `Node 24 or later is needed; this is ${process.version}. Start with \`npm start\` or \`npx charter-oak\`.`,
    );
    return 2;
  }
  const [name = 'help', ...args] = argv;
  const command = commands[name];
  if (command && args.some((arg) => arg === '--help' || arg === '-h')) {
    console.log(`charter-oak ${name}  ${command.about}`);
    return 0;
  }
  if (command) return command.run(args);
  const asked = ['help', '--help', '-h'].includes(name);
  const out = asked ? console.log : console.error;
  if (!asked) out(`There is no command “${name}”.\n`);
  out('charter-oak <command>\n');
  for (const [known, { about }] of Object.entries(commands)) out(`  ${known.padEnd(10)}${about}`);
  return asked ? 0 : 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const parseError =
      error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    if (isProblem(error) || parseError) console.error((error as Error).message);
    else console.error(error);
    process.exitCode = isProblem(error) && error.kind !== 'invalid' ? 1 : 2;
  },
);
