import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { Problem } from './problem.ts';

/**
 * Configuration comes from the environment and is checked once, at start. The table below is the only list of
 * settings: docs/configuration.md is generated from it (`npm run docs`).
 */
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const port = z.coerce.number().int().min(0).max(65535);
/** `600/5m`: so many requests in any window of so long; null for `off`. */
const limit = (fallback: string) =>
  z
    .string()
    .regex(
      /^(off|[1-9]\d{0,6}\/[1-9]\d{0,3}[smh])$/,
      'must be off, or requests/time as in 600/5m (time in s, m or h)',
    )
    .default(fallback)
    .transform((text) => {
      const [, requests, count, unit] = /^(\d+)\/(\d+)([smh])$/.exec(text) ?? [];
      if (requests === undefined) return null;
      return { requests: Number(requests), seconds: Number(count) * { s: 1, m: 60, h: 3600 }[unit as 's'] };
    });
const databaseUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://');

export const settings = {
  HOST: {
    schema: z.string().default('127.0.0.1'),
    about: 'Address to listen on. `0.0.0.0` for every interface, as in a container.',
  },
  PORT: { schema: port.default(8080), about: 'Port to listen on.' },
  PUBLIC_URL: {
    schema: z
      .url({ protocol: /^https?$/ })
      .transform((url) => new URL(url).href.replace(/\/+$/, ''))
      .optional(),
    about:
      'The address that people use, when it differs from the one listened on (behind a proxy). Every absolute link is made from it.',
  },
  TRUST_PROXY: {
    schema: z.string().optional(),
    about:
      'Addresses of the proxies in front, comma-separated (CIDR allowed). Only their `X-Forwarded-*` headers are believed.',
  },
  DATABASE_URL: {
    schema: databaseUrl.optional(),
    about:
      'A PostgreSQL 15 or later that you run. Its login migrates and must be allowed to create roles. Without it, the embedded PostgreSQL runs in the data folder.',
  },
  DATABASE_PUBLIC_URL: {
    schema: databaseUrl.optional(),
    about: 'Where public doors read, as a login that is charter_public; may point to a replica.',
  },
  DATABASE_GRANTED_URL: {
    schema: databaseUrl.optional(),
    about:
      'Where doors read for those with a key, as a login that is charter_granted; may point to a replica.',
  },
  CHARTER_OAK_DATA: {
    schema: z.string().optional(),
    about:
      'The data folder of the embedded PostgreSQL. Default: `/var/lib/charter-oak` for root, else `~/.local/share/charter-oak`.',
  },
  SENSORTHINGS_OPEN_WRITES: {
    schema: flag.prefault('false'),
    about:
      'Lets anyone write through SensorThings without a key, for trying and for conformance suites. Refused unless HOST is a loopback address and neither PUBLIC_URL nor TRUST_PROXY is set.',
  },
  LIMIT_ANONYMOUS: {
    schema: limit('600/5m'),
    about:
      'Requests to the API that one address (IPv6: one /64) may make without a key, in any window of that length; and, counted apart, keys it may try that are not valid. `off` for no limit. The default is ours, to keep one program from crowding out the rest; no rule asks for it.',
  },
  LIMIT_KEY: {
    schema: limit('6000/5m'),
    about: 'Requests to the API that may be made with one key. As LIMIT_ANONYMOUS.',
  },
  LIMIT_DEMO_KEY: {
    schema: limit('120/5m'),
    about:
      'Requests to the API that one address may make with the demonstration key, which everybody sees. Fewer than without a key: it is for trying how a key is sent, not for work. As LIMIT_ANONYMOUS.',
  },
  LIMIT_PAGES: {
    schema: limit('3000/5m'),
    about:
      'Pages that one address may ask for; their styles, scripts and pictures are not counted. As LIMIT_ANONYMOUS. Behind a proxy, set TRUST_PROXY, or all visitors count as one address.',
  },
  SMTP_URL: {
    schema: z
      .string()
      .regex(/^smtps?:\/\//, 'must start with smtp:// or smtps://')
      .optional(),
    about:
      'The mail server that takes letters, such as `smtps://user:password@mail.example.gov`. Without it, and always beside the demonstration region, letters wait (Mail, below).',
  },
  MAIL_FROM: {
    schema: z.string().optional(),
    about: 'Who letters are from, such as `City of X <data@example.gov>`. Needed with SMTP_URL.',
  },
  SECURITY_CONTACT: {
    schema: z.url({ protocol: /^(https|mailto|tel)$/ }).optional(),
    about:
      'Where people report a weakness of this site, such as `mailto:security@example.gov`; told at `/.well-known/security.txt` (RFC 9116).',
  },
  OIDC_ISSUER: {
    schema: z
      .url({ protocol: /^https?$/ })
      .refine((text) => {
        const url = URL.parse(text);
        return !url || url.protocol === 'https:' || isLoopback(url.hostname);
      }, 'must be https, except on this machine')
      .refine(
        (text) => !/[?#]|\/\.well-known\//.test(text),
        'must be the issuer alone, without /.well-known/…',
      )
      .optional(),
    about:
      'The identity provider that staff sign in with (OpenID Connect), as its discovery document names itself, such as `https://login.example.gov/realms/city`. Needs the next three; see [Signing in with the identity provider](identity-provider.md).',
  },
  OIDC_CLIENT_ID: {
    schema: z.string().max(500).optional(),
    about: 'What the provider calls this installation.',
  },
  OIDC_CLIENT_SECRET: {
    schema: z.string().max(2000).optional(),
    about: 'The secret that the provider gave out for it.',
  },
  OIDC_NAME: {
    schema: z.string().max(60, 'must be 60 characters or fewer').optional(),
    about: 'What people call the provider; the button says it: `City of X account`.',
  },
  OIDC_ACR: {
    schema: z.string().max(500).optional(),
    about:
      'Kinds of sign-in (`acr`) that count, separated by spaces: asked of the provider, and any other is refused. Without it, the provider alone answers for the second factor.',
  },
  OIDC_VERIFIED_CLAIM: {
    schema: z.string().max(100).default('email_verified'),
    about:
      'The claim by which the provider vouches for a mail address, where it has one of its own for that.',
  },
  TOTP_KEY: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 random bytes in base64: openssl rand -base64 32')
      .transform((text) => Buffer.from(text, 'base64'))
      .optional(),
    about:
      'Seals what the authenticator apps of staff share with the server, so that a copy of the database alone gives no second factor. 32 random bytes in base64 (`openssl rand -base64 32`), the same for every process, kept apart from the database. Without it these secrets lie in the database as they are; when it is lost, staff set up their apps anew. Passwords, recovery codes and passkeys need no key.',
  },
  BACKUPS_KEPT_DAYS: {
    schema: z.coerce.number().int().min(0).max(36_500).optional(),
    about:
      'After how many days your backups are gone. It stands on each certificate of destruction: until then, what was destroyed lies in them. Without it, the certificate says that this is not specified.',
  },
  FETCH_INTERNAL: {
    schema: z
      .string()
      .regex(
        /^[\w.:[\]-]+(\s*,\s*[\w.:[\]-]+)*$/,
        'must be hosts separated by commas, each with its port where that is not the usual one: portal.example.lan, 10.0.0.5:8080',
      )
      .transform((text) => text.split(',').map((host) => host.trim().toLowerCase()))
      .optional(),
    about:
      'Hosts inside your network that the server may ask all the same when it fetches what a steward names (catalogs of portals), separated by commas, each with its port where that is not the usual one. Without it, only public addresses are asked.',
  },
  MAP_STYLE_URL: {
    schema: z.url().optional(),
    about: 'A MapLibre style (vector or raster tiles). Without it, state and county outlines from a package.',
  },
  LOG_LEVEL: {
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    about: 'The least important message that is logged. Logs are JSON lines on standard output.',
  },
} as const satisfies Record<string, { schema: z.ZodType; about: string }>;

type SettingName = keyof typeof settings;
export type Config = { [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> };

/**
 * Reads and checks the configuration. An empty variable equals an absent one.
 * Throws Problem `invalid` that names every wrong variable and what it may be.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const values: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const [name, { schema }] of Object.entries(settings)) {
    const text = env[name]?.trim() || undefined;
    const result = schema.safeParse(text);
    if (result.success) values[name] = result.data;
    else
      wrong.push(
        `${name}=${/^(DATABASE|SMTP|TOTP)|SECRET/.test(name) ? '…' : (text ?? '')}: ${result.error.issues.map((issue) => issue.message).join('; ')}`,
      );
  }
  const config = values as Config;
  if (wrong.length === 0 && config.SENSORTHINGS_OPEN_WRITES) {
    if (!servesThisMachineAlone(config)) {
      wrong.push(
        'SENSORTHINGS_OPEN_WRITES=true: only with HOST on a loopback address (127.0.0.1, ::1, localhost) and without PUBLIC_URL and TRUST_PROXY',
      );
    }
  }
  if (config.SMTP_URL && !config.MAIL_FROM) wrong.push('MAIL_FROM is needed with SMTP_URL');
  const provider = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_NAME'] as const;
  const missing = provider.filter((name) => !env[name]?.trim());
  if (missing.length > 0 && (missing.length < provider.length || config.OIDC_ACR))
    wrong.push(`${missing.join(', ')}: missing. ${provider.join(', ')} are set together, or not at all`);
  if (wrong.length > 0) {
    throw new Problem(
      'invalid',
      `The configuration is wrong. Correct these and start again:\n  ${wrong.join('\n  ')}`,
      {
        details: { wrong },
      },
    );
  }
  return config;
}

/** Whether the settings let nothing but this machine ask: a loopback address, and no word of a proxy. */
export function servesThisMachineAlone(config: Config): boolean {
  return isLoopback(config.HOST) && !config.PUBLIC_URL && !config.TRUST_PROXY;
}

/** Whether a host name or address, an IPv6 one with or without brackets, is this machine's own. */
export function isLoopback(name: string): boolean {
  const host = name.replace(/^\[|\]$/g, '').replace(/^::ffff:/, '');
  if (host === 'localhost') return true;
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}

/** Where the product is reached: PUBLIC_URL, or the address listened on. No slash at the end. */
export function publicUrl(config: Config): string {
  const host = config.HOST === '0.0.0.0' || config.HOST === '::' ? 'localhost' : config.HOST;
  return config.PUBLIC_URL ?? `http://${host.includes(':') ? `[${host}]` : host}:${config.PORT}`;
}

/** The version in package.json. */
export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  if (!existsSync(file)) return 'unknown';
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
