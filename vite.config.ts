import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { reactRouter } from '@react-router/dev/vite';
import { defineConfig, type Plugin } from 'vite';

type CssRule = { type: 'rule'; selectors: string[]; remove(): void; parent?: { name?: string } };
type CssRoot = {
  source?: { input: { file?: string } };
  walkRules(visit: (rule: CssRule) => void): void;
  walkAtRules(
    visit: (rule: { name: string; nodes?: unknown[]; toString(): string; remove(): void }) => void,
  ): void;
};

/**
 * The design system's style sheet is 530 kB, of which pages use a tenth. A selector stays when every class in it is
 * written somewhere in src; so class names are always written out whole, never put together from parts.
 */
function dropUnusedDesignSystemCss() {
  return {
    postcssPlugin: 'drop-unused-design-system-css',
    Once(root: CssRoot) {
      if (!root.source?.input.file?.includes('@uswds')) return;
      const words = wordsIn('src');
      const used = (selector: string) =>
        [...selector.matchAll(/\.((?:\\.|[\w-])+)/g)].every(([, name = '']) =>
          words.has(name.replaceAll('\\', '')),
        );
      root.walkRules((rule) => {
        if (rule.parent?.name?.endsWith('keyframes')) return;
        const kept = rule.selectors.filter(used);
        if (kept.length === 0) rule.remove();
        else if (kept.length < rule.selectors.length) rule.selectors = kept;
      });
      // Typefaces nobody asks for, and blocks that became empty.
      root.walkAtRules((rule) => {
        if (rule.name === 'font-face' && /Roboto Mono|light-?italic|-light/i.test(rule.toString()))
          rule.remove();
        else if (rule.nodes?.length === 0) rule.remove();
      });
    },
  };
}

function wordsIn(folder: string): Set<string> {
  const words = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(name)) continue;
    for (const [word] of readFileSync(join(folder, name), 'utf8').matchAll(/[\w:-]+/g)) words.add(word);
  }
  return words;
}

/** Writes .br and .gz beside each asset, at a strength that would be too slow while somebody waits. */
function compressAssets(): Plugin {
  return {
    name: 'compress-assets',
    apply: 'build',
    async writeBundle({ dir }) {
      if (!dir?.endsWith('client')) return;
      for (const name of await readdir(dir, { recursive: true })) {
        if (!/\.(js|css|svg|json)$/.test(name)) continue;
        const path = join(dir, name);
        const content = await readFile(path);
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        await writeFile(`${path}.br`, brotliCompressSync(content, { params }));
        await writeFile(`${path}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  publicDir: false,
  plugins: [reactRouter(), compressAssets()],
  css: { postcss: { plugins: [dropUnusedDesignSystemCss() as never] } },
  // In development: found before the first page asks, so that it need not reload; the database's driver stays out.
  optimizeDeps: {
    include: ['react', 'react/jsx-dev-runtime', 'react-dom/client', 'react-router', 'react-router/dom'],
    exclude: ['pg', 'qrcode'],
  },
  build: { target: 'es2022', assetsInlineLimit: 2048 },
});
