import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

// In /tmp and open to pass through: as root the database runs as another user.
const folder = mkdtempSync('/tmp/charter-oak-kill-');
chmodSync(folder, 0o711);
const data = join(folder, 'data');
const running = new Set<ChildProcess>();

after(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The product as `npm start` runs it, durable, without the demonstration. */
async function start(): Promise<{ url: string; child: ChildProcess; ended: Promise<number | null> }> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [new URL('../../src/main.ts', import.meta.url).pathname, 'serve', '--no-demo'],
    {
      env: {
        PATH: process.env.PATH,
        CHARTER_OAK_DATA: data,
        PORT: String(port),
        LOG_LEVEL: 'error',
        SENSORTHINGS_OPEN_WRITES: 'true',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  running.add(child);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`it did not start: ${said}`);
    if (
      await fetch(`${url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return { url, child, ended };
    await sleep(50);
  }
}

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const postmaster = () =>
  Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody reaps is not alive.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('what was acknowledged survives kill -9 of any process, and nothing is orphaned', async () => {
  let { url, child, ended } = await start();
  const created = await post(`${url}/v1.1/Things`, {
    name: 'Pole',
    description: 'A pole',
    Datastreams: [
      {
        name: 'Count',
        description: 'Counts',
        observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation',
        unitOfMeasurement: { name: 'one', symbol: '1', definition: 'ucum:1' },
        Sensor: { name: 'S', description: 'S', encodingType: 'text/plain', metadata: 'none' },
        ObservedProperty: { name: 'P', description: 'P', definition: 'urn:test:p' },
      },
    ],
  });
  assert.equal(created.status, 201, await created.text());
  const { value } = (await (await fetch(`${url}/v1.1/Datastreams?$select=id`)).json()) as {
    value: { '@iot.id': number }[];
  };
  const stream = value[0]?.['@iot.id'];
  let next = 0;
  const acknowledged: number[] = [];

  for (const victim of ['the server', 'the database'] as const) {
    let writing = true;
    const writers = Array.from({ length: 4 }, async () => {
      while (writing) {
        const result = next++;
        const answer = await post(`${url}/v1.1/Datastreams(${stream})/Observations`, {
          phenomenonTime: new Date(Date.UTC(2026, 0, 1) + result * 1000).toISOString(),
          result,
        }).catch(() => undefined);
        if (answer?.status === 201) acknowledged.push(result);
        else await sleep(5);
      }
    });
    const enough = acknowledged.length + 60;
    for (let tries = 0; acknowledged.length < enough && tries < 600; tries++) await sleep(50);
    const database = postmaster();
    if (victim === 'the server') child.kill('SIGKILL');
    else process.kill(database, 'SIGKILL');
    const code = await ended;
    if (victim === 'the database') assert.equal(code, 1, 'the server says that it failed');
    writing = false;
    await Promise.all(writers);
    for (let tries = 0; isAlive(database) && tries < 100; tries++) await sleep(50);
    assert.equal(isAlive(database), false, `${victim} killed: the database server is gone too`);
    ({ url, child, ended } = await start());
  }

  const found = new Set<number>();
  let page: string | undefined = `${url}/v1.1/Datastreams(${stream})/Observations?$select=result&$top=1000`;
  while (page) {
    const body = (await (await fetch(page)).json()) as {
      value: { result: number }[];
      '@iot.nextLink'?: string;
    };
    for (const { result } of body.value) found.add(result);
    page = body['@iot.nextLink'];
  }
  assert.ok(acknowledged.length >= 120, `enough was written (${acknowledged.length})`);
  assert.deepEqual(
    acknowledged.filter((result) => !found.has(result)),
    [],
    'every acknowledged reading is there',
  );

  const database = postmaster();
  child.kill('SIGINT');
  assert.equal(await ended, 0, 'a clean stop');
  assert.equal(isAlive(database), false);
});
