import { Agent, request } from 'node:http';
import { percentile } from './figure.ts';

export type Load = {
  count: number;
  milliseconds: number;
  p50: number;
  p95: number;
  p99: number;
  failures: number;
};

/** `clients` at once, each sending its next request when the last is answered, for a time. */
export async function closedLoop(
  clients: number,
  milliseconds: number,
  once: () => Promise<unknown>,
): Promise<Load> {
  const times: number[] = [];
  let failures = 0;
  const start = performance.now();
  const end = start + milliseconds;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const from = performance.now();
        await once().catch(() => failures++);
        times.push(performance.now() - from);
      }
    }),
  );
  return summarize(times, performance.now() - start, failures);
}

/** Sends at a fixed rate whatever the answers do, and counts from when a request was due. */
export async function openLoop(
  ratePerSecond: number,
  milliseconds: number,
  once: () => Promise<unknown>,
): Promise<Load> {
  const times: number[] = [];
  let failures = 0;
  const start = performance.now();
  const total = Math.floor((milliseconds / 1000) * ratePerSecond);
  const pending: Promise<void>[] = [];
  for (let index = 0; index < total; index++) {
    const due = start + (index * 1000) / ratePerSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    pending.push(
      once()
        .catch(() => failures++)
        .then(() => {
          times.push(performance.now() - due);
        }),
    );
  }
  await Promise.all(pending);
  return summarize(times, performance.now() - start, failures);
}

function summarize(times: number[], milliseconds: number, failures: number): Load {
  times.sort((a, b) => a - b);
  return {
    count: times.length - failures,
    milliseconds,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    failures,
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** GETs a URL; resolves at the first byte or, if asked, once the whole body was read. Anything but 200 is a failure. */
export function get(
  url: string,
  until: 'first-byte' | 'end',
  headers: Record<string, string> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers }, (response) => {
      let bytes = 0;
      if (response.statusCode !== 200) {
        response.resume();
        reject(new Error(`${url} answered ${response.statusCode}`));
        return;
      }
      response.once('data', () => {
        if (until === 'first-byte') resolve(0);
      });
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}
