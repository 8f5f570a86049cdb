import type { ImportProgress } from './import-file.ts';

/** Where progress is shown: standard error. */
export type ProgressOutput = { isTTY?: boolean; columns?: number; write: (text: string) => unknown };

const barWidth = 24;
const everyMs = { terminal: 100, plain: 10_000 };

/**
 * Shows how far an import has come: on a terminal one line drawn anew, elsewhere (a log) a line every ten seconds. Rate
 * and time left are counted from the beginning of the phase.
 */
export class ProgressLine {
  readonly #out: ProgressOutput;
  readonly #now: () => number;
  #phase: ImportProgress['phase'] | undefined;
  #began = 0;
  #shownAt = 0;
  #drawn = false;

  constructor(out: ProgressOutput, now: () => number) {
    this.#out = out;
    this.#now = now;
  }

  show(progress: ImportProgress): void {
    const now = this.#now();
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#began = now;
      this.#shownAt = this.#out.isTTY ? Number.NEGATIVE_INFINITY : now;
    }
    const every = this.#out.isTTY ? everyMs.terminal : everyMs.plain;
    if (now - this.#shownAt < every) return;
    this.#shownAt = now;
    const text = progressText(progress, (now - this.#began) / 1000);
    if (!this.#out.isTTY) this.#out.write(`${text}\n`);
    else {
      const width = (this.#out.columns ?? 80) - 1;
      this.#out.write(`\r${text.slice(0, width)}\u001b[K`);
      this.#drawn = true;
    }
  }

  /** Leaves the line clean for what is printed next. */
  end(): void {
    if (this.#drawn) this.#out.write('\r\u001b[K');
    this.#drawn = false;
  }
}

/** The line for a moment: bar, share, and once it can be told, rate and time left. */
export function progressText({ phase, done, total }: ImportProgress, seconds: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
  if (phase === 'checking') return `Checking ${bar}`;
  const rate = seconds > 0 ? done / seconds : 0;
  const rows = `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} rows`;
  if (rate === 0) return `Storing  ${bar}  ${rows}`;
  return `Storing  ${bar}  ${rows}  ${Math.round(rate).toLocaleString('en-US')}/s  ${duration((total - done) / rate)} left`;
}

/** 75 is "1 min 15 s", half a second "under 1 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (seconds < 1) return 'under 1 s';
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
