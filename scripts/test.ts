import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/**
 * `npm test [-- words]`: every test, or those whose file names contain one of the words. One database server serves
 * the run. A skipped test is reported with its reason; under CI=true it fails the run.
 */
const words = process.argv.slice(2);
const everything = ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'];

// The types of Node 24 do not know globalSetupPath yet.
const options: Parameters<typeof run>[0] & { globalSetupPath: string } = {
  globPatterns:
    words.length === 0
      ? everything
      : words.flatMap((word) => everything.map((glob) => glob.replace('*.test.ts', `*${word}*.test.ts`))),
  globalSetupPath: new URL('../test/support/global-setup.ts', import.meta.url).pathname,
  // Two cores: more files at once only wait for each other, and browsers grow slow.
  concurrency: Number(process.env.TEST_CONCURRENCY ?? 3),
  timeout: 300_000,
};
const stream = run(options);

const skipped: string[] = [];
let failed = false;
stream.on('test:fail', (event) => {
  if (event.todo === undefined || event.todo === false) failed = true;
});
stream.on('test:pass', (event) => {
  if (event.skip !== undefined && event.skip !== false) {
    skipped.push(
      `${event.name} (${event.file ?? ''}): ${event.skip === true ? 'no reason given' : event.skip}`,
    );
  }
});
stream.on('end', () => {
  for (const line of skipped) console.log(`skipped: ${line}`);
  if (failed || (skipped.length > 0 && process.env.CI === 'true')) process.exitCode = 1;
});
stream.compose(spec).pipe(process.stdout);
