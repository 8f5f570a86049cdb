import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isAlive, isPostgresOn, postgresProcessesOn } from './embedded-postgres/processes.ts';
import { readPidFile } from './embedded-postgres/running-server.ts';
import { defaultSettings } from './embedded-postgres/settings.ts';
import { socketPath } from './embedded-postgres/socket-folder.ts';
import {
  defaultDataFolder,
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';
import { isProblem } from './problem.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'co-embedded-')));
chmodSync(base, 0o755);
// What initdb makes takes most of the time: made once, copied for each test.
const started = new Set<EmbeddedPostgres>();
const children = new Set<ChildProcess>();

after(async () => {
  await Promise.all([...started].map((server) => server.stop()));
  for (const child of children) child.kill('SIGKILL');
  await until(() => spawnSync('pgrep', ['-f', base]).status !== 0, 10_000).catch(() => {});
  rmSync(base, { recursive: true, force: true });
});

const silent = () => {};

async function start(dataFolder: string, log: (message: string, details?: object) => void = silent) {
  const server = await startEmbeddedPostgres({ dataFolder, log });
  started.add(server);
  return server;
}

async function query<Row extends pg.QueryResultRow>(
  server: Pick<EmbeddedPostgres, 'urlFor'>,
  sql: string,
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server.urlFor('charter_owner', 'postgres') });
  client.on('error', silent);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end().catch(silent);
  }
}

async function until(condition: () => boolean, patience = 10_000): Promise<void> {
  for (const from = Date.now(); !condition(); await sleep(20)) {
    if (Date.now() - from > patience) throw new Error(`waited ${patience} ms in vain`);
  }
}

let folders = 0;
let template: Promise<string> | undefined;

/** A data folder of its own with a cluster that was shut down cleanly and holds table `kept` with one row. */
async function preparedFolder(): Promise<string> {
  template ??= (async () => {
    const folder = join(base, 'template');
    const server = await start(folder);
    await query(server, 'create table kept (n int); insert into kept values (1)');
    await server.stop();
    return folder;
  })();
  const from = await template;
  folders += 1;
  const folder = join(base, `data-${folders}`);
  assert.equal(spawnSync('cp', ['-a', from, folder]).status, 0);
  return folder;
}

/** Starts the server in another Node process; resolves when it is ready. The process never ends by itself. */
async function startElsewhere(folder: string, env: NodeJS.ProcessEnv = process.env) {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)};
    try {
      await startEmbeddedPostgres({ dataFolder: process.argv[1], log() {} });
      console.log('ready');
    } catch (error) {
      console.log('refused: ' + error.message);
      process.exit(3);
    }
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  children.add(child);
  const said = await new Promise<string>((done) => {
    child.stdout.once('data', (chunk) => done(String(chunk).trim()));
    child.once('exit', () => done('exited'));
  });
  return { child, said };
}

const conflict = (pattern: RegExp) => (error: unknown) => {
  assert.ok(isProblem(error), String(error));
  assert.equal(error.kind, 'conflict');
  assert.match(error.message, pattern);
  return true;
};

describe('the embedded PostgreSQL', { concurrency: 2 }, () => {
  it('makes a UTF-8 cluster at first, reached over a private unix socket only', async () => {
    const folder = join(base, 'first');
    const server = await start(folder);
    assert.match(server.version, /^18\./);
    const [row] = await query(
      server,
      `select current_user, pg_encoding_to_char(encoding) as encoding, datlocprovider, datlocale, upper('é') as upper,
              current_setting('listen_addresses') as tcp, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as synchronous, current_setting('data_checksums') as checksums
       from pg_database where datname = 'postgres'`,
    );
    assert.deepEqual(row, {
      current_user: 'charter_owner',
      encoding: 'UTF8',
      datlocprovider: 'b',
      datlocale: 'C.UTF-8',
      upper: 'É',
      tcp: '',
      fsync: 'on',
      synchronous: 'on',
      checksums: 'on',
    });
    assert.equal(statSync(server.socketFolder).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, 'postgres')).mode & 0o777, 0o700);
    assert.equal(readFileSync(join(folder, 'postgres-version'), 'utf8'), '18\n');
    assert.notEqual(statSync(join(folder, 'postgres')).uid, 0, 'never as root');
    await query(server, 'create extension pg_trgm; create extension unaccent; create extension btree_gist');
    await server.stop();
    await server.stop();
    assert.deepEqual(postgresProcessesOn(join(folder, 'postgres')), []);
  });

  it('runs a parallel query and survives the kill of a backend', async () => {
    const server = await start(await preparedFolder());
    await query(server, 'create table many as select generate_series(1, 200000) as n');
    await query(server, 'alter table many set (parallel_workers = 2)');
    const [row] = await query<{ sum: string }>(
      server,
      'set parallel_setup_cost = 0; set parallel_tuple_cost = 0; select 1',
    ).then(() => query<{ sum: string }>(server, 'select sum(n) from many'));
    assert.equal(row?.sum, '20000100000');
    const client = new pg.Client({ connectionString: server.urlFor('charter_owner', 'postgres') });
    const lost = new Promise((done) => client.once('error', done));
    await client.connect();
    const backend = (await client.query('select pg_backend_pid() as pid')).rows[0].pid;
    process.kill(backend, 'SIGKILL');
    await lost;
    await until(() => readPidFile(join(folderOf(server), 'postgres'))?.status === 'ready');
    for (let tries = 0; ; tries += 1) {
      const rows = await query<{ n: number }>(server, 'select n from kept').catch(() => undefined);
      if (rows) {
        assert.deepEqual(rows, [{ n: 1 }]);
        break;
      }
      assert.ok(tries < 100, 'the server did not come back');
      await sleep(50);
    }
    await server.stop();
  });

  it('keeps what was stored over a restart', async () => {
    const folder = await preparedFolder();
    const server = await start(folder);
    await query(server, 'insert into kept values (2)');
    await server.stop();
    const again = await start(folder);
    assert.deepEqual(await query(again, 'select n from kept order by n'), [{ n: 1 }, { n: 2 }]);
    await again.stop();
  });

  it('passes extra settings on', async () => {
    const folder = await preparedFolder();
    const server = await startEmbeddedPostgres({
      dataFolder: folder,
      log: silent,
      settings: { work_mem: '7MB' },
    });
    started.add(server);
    assert.deepEqual(await query(server, 'show work_mem'), [{ work_mem: '7MB' }]);
    await server.stop();
  });

  it('refuses a second instance and names the process to stop', async () => {
    const folder = await preparedFolder();
    const { child, said } = await startElsewhere(folder);
    assert.equal(said, 'ready');
    await assert.rejects(
      start(folder),
      conflict(new RegExp(`process ${child.pid} on the data folder.*Stop it first`)),
    );
    const found = findEmbeddedPostgres(folder);
    assert.equal(found?.pid, child.pid);
    assert.deepEqual(found && (await query(found, 'select n from kept')), [{ n: 1 }]);
    child.kill('SIGKILL');
    // Right away: waits for the orphan to end instead of being refused.
    const server = await start(folder);
    await assert.rejects(start(folder), conflict(/This process \(\d+\) already runs/));
    await server.stop();
    assert.equal(findEmbeddedPostgres(folder), undefined);
  });

  it('leaves no server behind when its parent is killed', async () => {
    const folder = await preparedFolder();
    const { child, said } = await startElsewhere(folder);
    assert.equal(said, 'ready');
    const postmaster = readPidFile(join(folder, 'postgres'))?.pid ?? 0;
    assert.ok(isPostgresOn(postmaster, join(folder, 'postgres')));
    child.kill('SIGKILL');
    await until(() => postgresProcessesOn(join(folder, 'postgres')).length === 0);
    assert.equal(isAlive(postmaster), false);
  });

  it('leaves none behind either where setpriv is missing', async () => {
    const folder = await preparedFolder();
    const bin = join(base, 'bin-without-setpriv');
    mkdirSync(bin);
    for (const name of ['sh', 'chmod'])
      symlinkSync(spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim(), join(bin, name));
    const { child, said } = await startElsewhere(folder, { ...process.env, PATH: bin });
    assert.equal(said, 'ready');
    assert.ok(postgresProcessesOn(join(folder, 'postgres')).length > 0);
    child.kill('SIGKILL');
    await until(() => postgresProcessesOn(join(folder, 'postgres')).length === 0);
    const server = await start(folder);
    assert.deepEqual(await query(server, 'select n from kept'), [{ n: 1 }]);
    await server.stop();
  });

  it('stops an orphan whose parent died without telling it', async () => {
    const folder = await preparedFolder();
    const { child, said } = await startElsewhere(folder);
    assert.equal(said, 'ready');
    // As after a kill of both our process and the watching shell: a live server, its owner gone.
    const ownerFile = join(folder, 'postgres-owner.json');
    const owner = JSON.parse(readFileSync(ownerFile, 'utf8'));
    writeFileSync(ownerFile, JSON.stringify({ ...owner, started: 'another time' }));
    const server = await start(folder);
    assert.notEqual(readPidFile(join(folder, 'postgres'))?.pid, owner.postmaster);
    await server.stop();
    child.kill('SIGKILL');
  });

  it('tells that the postmaster was killed, and recovers what was committed', async () => {
    const folder = await preparedFolder();
    const server = await start(folder);
    await query(server, 'insert into kept select generate_series(2, 1000)');
    const busy = query(server, 'select count(*) from generate_series(1, 100000000)').catch(silent);
    await sleep(100);
    process.kill(readPidFile(join(folder, 'postgres'))?.pid ?? 0, 'SIGKILL');
    assert.deepEqual(await server.died, { code: null, signal: 'SIGKILL' });
    // While a busy backend of the killed server still works.
    const again = await start(folder);
    assert.deepEqual(await query(again, 'select count(*)::int as n from kept'), [{ n: 1000 }]);
    await busy;
    await again.stop();
  });

  it('does not report a death after stop()', async () => {
    const server = await start(await preparedFolder());
    await server.stop();
    const outcome = await Promise.race([server.died.then(() => 'died'), sleep(100, 'silent')]);
    assert.equal(outcome, 'silent');
  });

  for (const whose of ['nobody any more', 'a stranger'] as const) {
    it(`recovers from a postmaster.pid that names ${whose}`, async () => {
      const folder = await preparedFolder();
      const cluster = join(folder, 'postgres');
      const { uid, gid } = statSync(cluster);
      const asOwner = process.getuid?.() === 0 ? { uid, gid } : {};
      // A stranger of the very same user: PostgreSQL by itself would refuse to start.
      const stranger = spawn('sleep', ['600'], asOwner);
      children.add(stranger);
      if (whose === 'nobody any more') {
        stranger.kill('SIGKILL');
        await until(() => !isAlive(stranger.pid ?? 0));
      }
      const pidFile = `${stranger.pid}\n${cluster}\n1760000000\n5432\n${join(folder, 'run')}\n\n  1 1\nready   \n`;
      writeFileSync(join(cluster, 'postmaster.pid'), pidFile);
      writeFileSync(`${socketPath(join(folder, 'run'))}.lock`, pidFile);
      writeFileSync(socketPath(join(folder, 'run')), '');
      const server = await start(folder);
      assert.deepEqual(await query(server, 'select n from kept'), [{ n: 1 }]);
      await server.stop();
      if (whose === 'a stranger') assert.ok(isAlive(stranger.pid ?? 0), 'the stranger is left alone');
      stranger.kill('SIGKILL');
    });
  }

  it('refuses the data of another major version and tells the way over', async () => {
    const folder = await preparedFolder();
    writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    await assert.rejects(
      start(folder),
      conflict(/made by PostgreSQL 17.*brings PostgreSQL 18.*pg_dump.*pg_restore.*DATABASE_URL/s),
    );
    assert.equal(existsSync(join(folder, 'postgres', 'postmaster.pid')), false);
  });

  it('starts over when a first start was killed half-way', async () => {
    const folder = join(base, 'half');
    mkdirSync(join(folder, 'postgres.unfinished-999999999'), { recursive: true, mode: 0o755 });
    chmodSync(folder, 0o711);
    const server = await start(folder);
    assert.equal(existsSync(join(folder, 'postgres.unfinished-999999999')), false);
    await server.stop();
  });

  it('lets one of two simultaneous first starts win and refuses the other', async () => {
    const folder = join(base, 'race');
    const both = await Promise.all([startElsewhere(folder), startElsewhere(folder)]);
    const said = both.map((one) => one.said).sort();
    assert.equal(said[0], 'ready');
    assert.match(said[1] ?? '', /^refused: /);
    for (const { child } of both) child.kill('SIGKILL');
    await until(() => postgresProcessesOn(join(folder, 'postgres')).length === 0);
  });

  it('finds a short folder for the socket when the data folder has a long name', async () => {
    const folder = join(base, 'long'.repeat(30));
    const server = await start(folder);
    assert.ok(Buffer.byteLength(socketPath(server.socketFolder)) <= 107);
    assert.equal(statSync(server.socketFolder).mode & 0o777, 0o700);
    assert.deepEqual(await query(server, 'select 1 as one'), [{ one: 1 }]);
    await server.stop();
    rmSync(server.socketFolder, { recursive: true });
  });

  it('warns of a data folder inside a git checkout', async () => {
    const checkout = await preparedFolder();
    mkdirSync(join(checkout, '.git'));
    const messages: string[] = [];
    const server = await start(checkout, (message) => messages.push(message));
    assert.match(messages.join('\n'), /git clean/);
    await server.stop();
  });

  it('says what is wrong when the folder is closed or cannot be made', async () => {
    if (process.getuid?.() === 0) {
      const closed = join(base, 'closed');
      mkdirSync(closed, { mode: 0o700 });
      await assert.rejects(start(join(closed, 'data')), (error: unknown) => {
        assert.ok(isProblem(error) && error.kind === 'invalid');
        assert.match(error.message, new RegExp(`may not enter ${closed}, so`));
        return true;
      });
    }
    writeFileSync(join(base, 'file'), '');
    await assert.rejects(start(join(base, 'file', 'data')), /cannot be made.*CHARTER_OAK_DATA/);
  });

  it('quotes its log when the server does not start', async () => {
    const folder = await preparedFolder();
    await assert.rejects(
      startEmbeddedPostgres({ dataFolder: folder, log: silent, settings: { shared_buffers: 'plenty' } }),
      /did not start.*invalid value for parameter "shared_buffers"/,
    );
  });
});

const folderOf = (server: EmbeddedPostgres) => join(server.socketFolder, '..');

describe('defaultDataFolder', () => {
  it('follows CHARTER_OAK_DATA, then the user, then XDG', () => {
    assert.equal(defaultDataFolder({ CHARTER_OAK_DATA: '/srv/oak' }, 0), '/srv/oak');
    assert.equal(defaultDataFolder({}, 0), '/var/lib/charter-oak');
    assert.equal(defaultDataFolder({ HOME: '/home/ada' }, 1000), '/home/ada/.local/share/charter-oak');
    assert.equal(defaultDataFolder({ HOME: '/home/ada', XDG_DATA_HOME: '/data' }, 1000), '/data/charter-oak');
    assert.equal(
      defaultDataFolder({ HOME: '/home/ada', XDG_DATA_HOME: 'relative' }, 1000),
      '/home/ada/.local/share/charter-oak',
    );
  });
});

describe('defaultSettings', () => {
  it('stays small on a small machine and never touches what guards the data', () => {
    const gigabyte = 1024 ** 3;
    assert.equal(defaultSettings(0.5 * gigabyte).shared_buffers, '64MB');
    assert.equal(defaultSettings(8 * gigabyte).shared_buffers, '256MB');
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      assert.equal(name in defaultSettings(), false);
    }
  });
});
