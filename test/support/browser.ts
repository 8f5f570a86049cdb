import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import chromium from '@sparticuz/chromium';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';

/**
 * A real browser: the Chromium that comes inside an npm package, or the system's. Undefined where neither runs; a test
 * then skips with that reason, and CI fails on a skip.
 */
export async function openBrowser(): Promise<Browser | undefined> {
  const args = [
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // Chromium refuses its sandbox to root.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  // One process for everything saves memory in a small function, and hangs after some dozen pages.
  const packagedArgs = chromium.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote');
  const packaged = process.platform === 'linux' && process.arch === 'x64';
  const candidates = [
    ...(packaged
      ? [{ executablePath: await chromium.executablePath(), args: [...packagedArgs, ...args] }]
      : []),
    ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
      .filter((path) => existsSync(path))
      .map((executablePath) => ({ executablePath, args })),
  ];
  for (const candidate of candidates) {
    try {
      return await playwright.launch({ ...candidate, headless: true });
    } catch (error) {
      console.error(
        `${candidate.executablePath} does not run: ${(error as Error).message.split('\n', 1)[0]}`,
      );
    }
  }
  return undefined;
}

/** WCAG 2.2 A and AA breaches that axe finds, one line each; empty when there are none. */
export async function axeViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} (${violation.help})`),
  );
}
