import { parseArgs } from 'node:util';
import { Problem } from '../kit/problem.ts';
import { createKey, listKeys, revokeKey } from '../people/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak keys create NAME [--dataset SLUG] [--expires YYYY-MM-DD]
charter-oak keys list
charter-oak keys revoke PREFIX`;

export async function keys(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { dataset: { type: 'string' }, expires: { type: 'string' } },
  });
  const [verb, name] = positionals;
  if (verb === 'create' && name) {
    const expiresAt = values.expires === undefined ? undefined : endOfDay(values.expires);
    return withInstallation(async (ctx) => {
      const { key } = await createKey(ctx, { name, dataset: values.dataset, expiresAt });
      console.error('Keep this key now; it is not shown again:');
      console.log(key);
      return 0;
    });
  }
  if (verb === 'list') {
    return withInstallation(async (ctx) => {
      for (const key of await listKeys(ctx)) {
        const state = key.revokedAt ? `revoked ${key.revokedAt}` : `expires ${key.expiresAt ?? 'never'}`;
        console.log(
          `co_${key.prefix}…  ${key.name}  dataset: ${key.dataset ?? 'every'}  made ${key.createdAt}  ${state}`,
        );
      }
      return 0;
    });
  }
  if (verb === 'revoke' && name) {
    return withInstallation(async (ctx) => {
      await revokeKey(ctx, { prefix: name.replace(/^co_/, '').slice(0, 8) });
      console.log('Revoked. Running servers refuse it within 5 seconds.');
      return 0;
    });
  }
  console.error(usage);
  return 2;
}

function endOfDay(day: string): Date {
  const date = new Date(`${day}T23:59:59.999Z`);
  if (
    !/^\d{4}-\d{2}-\d{2}$/.test(day) ||
    Number.isNaN(date.getTime()) ||
    !date.toISOString().startsWith(day)
  ) {
    throw new Problem(
      'invalid',
      `--expires ${day}: write a day as YYYY-MM-DD; the key works until its end (UTC).`,
    );
  }
  return date;
}
