import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server process of the product on the bench's database; its memory is read from outside. */
export async function startServer(env: Record<string, string>): Promise<{
  url: string;
  /** Most resident memory so far, in MB. */
  peak(): Promise<number>;
  stop(): Promise<void>;
}> {
  const port = 18_000 + Math.floor(Math.random() * 2000);
  const child = spawn(process.execPath, [new URL('./server-process.ts', import.meta.url).pathname], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error('the server did not start');
    if (
      await fetch(`${url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      break;
    await sleep(50);
  }
  return { url, peak: () => peakMemory(child), stop: () => stop(child) };
}

/** The kernel's high-water mark of a process [proc(5), VmHWM], in MB. */
export async function peakMemory(child: ChildProcess): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
