#!/usr/bin/env node
// `npx charter-oak <command>`: runs src/main.ts on the Node 24 that comes from npm, from any folder.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { node24, orRefuse, prepare } from '../scripts/prepare.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

orRefuse(() => prepare({ pages: false }));

const preload = pathToFileURL(path.join(root, 'scripts', 'stop-with-parent.mjs')).href;
const child = spawn(
  node24,
  ['--import', preload, path.join(root, 'src', 'main.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);

for (const name of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
  process.on(name, () => {
    // Ctrl-C in a terminal reaches the child without us; twice would mean "at once".
    if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
  });
}

child.on('error', (error) => {
  process.stderr.write(`${node24} could not be started: ${error.message}\n`);
  process.exit(1);
});

child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  // Ended by a signal: so do we, and the shell sees it.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
