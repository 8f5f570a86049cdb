import { parseArgs } from 'node:util';
import { Problem } from '../kit/problem.ts';
import {
  createDemoKey,
  createKey,
  type KeyRow,
  listKeys,
  renameKey,
  revokeKey,
  rotateKey,
} from '../people/index.ts';
import { withInstallation } from './with-installation.ts';

const usage = `charter-oak keys create NAME [--dataset SLUG… | --thing ID…] [--expires YYYY-MM-DD]
charter-oak keys create --demo
charter-oak keys list
charter-oak keys rename PREFIX NAME
charter-oak keys rotate PREFIX [--grace 0|1|7]   days for which the old secret works on (1)
charter-oak keys revoke PREFIX

--dataset and --thing may be given several times: a key for Things adds readings to these Things and does nothing else.`;

export async function keys(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      dataset: { type: 'string', multiple: true },
      thing: { type: 'string', multiple: true },
      expires: { type: 'string' },
      grace: { type: 'string', default: '1' },
      demo: { type: 'boolean', default: false },
    },
  });
  const [verb, name, newName] = positionals;
  if (verb === 'create' && values.demo && !name) {
    return withInstallation(async (ctx) => {
      const { key, made } = await createDemoKey(ctx);
      console.error(
        made ? 'Everybody sees this key at /en/developers:' : 'There is a demonstration key already:',
      );
      console.log(key);
      return 0;
    });
  }
  if (verb === 'create' && name && !values.demo) {
    const expiresAt = values.expires === undefined ? undefined : endOfDay(values.expires);
    return withInstallation(async (ctx) =>
      show((await createKey(ctx, { name, datasets: values.dataset, things: values.thing, expiresAt })).key),
    );
  }
  if (verb === 'list') {
    return withInstallation(async (ctx) => {
      for (const key of await listKeys(ctx)) console.log(lineOf(key));
      return 0;
    });
  }
  if (verb === 'rename' && name && newName) {
    return withInstallation(async (ctx) => {
      await renameKey(ctx, { prefix: prefixIn(name), name: newName });
      return 0;
    });
  }
  if (verb === 'rotate' && name) {
    return withInstallation(async (ctx) =>
      show((await rotateKey(ctx, { prefix: prefixIn(name), grace: Number(values.grace) })).key),
    );
  }
  if (verb === 'revoke' && name) {
    return withInstallation(async (ctx) => {
      await revokeKey(ctx, { prefix: prefixIn(name) });
      console.log('Revoked. Running servers refuse it within 5 seconds.');
      return 0;
    });
  }
  console.error(usage);
  return 2;
}

function show(key: string): number {
  console.error('Keep this key now; it is not shown again:');
  console.log(key);
  return 0;
}

const prefixIn = (text: string) => text.replace(/^co_/, '').slice(0, 8);

function lineOf(key: KeyRow): string {
  const scope =
    key.kind === 'reading'
      ? 'reads'
      : key.kind === 'demo'
        ? 'reads, for everybody'
        : key.things
          ? `things: ${key.things.join(', ')}`
          : `datasets: ${key.datasets?.join(', ') ?? 'every'}`;
  const state = {
    active: `active, expires ${key.expiresAt ?? 'never'}`,
    expired: `expired ${key.expiresAt}`,
    revoked: `revoked ${key.revokedAt}`,
  }[key.state];
  const secrets = key.prefixes.map((prefix) => `co_${prefix}…`).join(' ') || '-';
  return `${secrets}  ${key.name}  ${scope}  made ${key.createdAt}  last used ${key.lastUsedAt ?? 'never'}  ${state}`;
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
