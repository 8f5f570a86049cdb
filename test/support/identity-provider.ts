import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export type Account = { email?: string; email_verified?: boolean; name?: string };

/**
 * A real identity provider (oidc-provider) on 127.0.0.1, with the pages of its own for trying: any name signs in.
 * `accounts` are what it tells of whom; a name that is not there has nothing to tell.
 */
export async function openIdentityProvider(options: { back: string; acrValues?: string[] }) {
  const accounts = new Map<string, Account>();
  const server = createServer();
  const port = await listen(server);
  const issuer = `http://127.0.0.1:${port}`;
  const env = {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: 'charter-oak',
    OIDC_CLIENT_SECRET: 'a secret that only both know',
    OIDC_NAME: 'City account',
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: env.OIDC_CLIENT_ID,
        client_secret: env.OIDC_CLIENT_SECRET,
        redirect_uris: [options.back],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, ...accounts.get(sub) }),
    }),
    cookies: { keys: ['only for tests'] },
    ...(options.acrValues ? { acrValues: options.acrValues } : {}),
  });
  server.on('request', provider.callback());
  return { issuer, env, accounts, close: () => close(server) };
}

export async function listen(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return port;
}

/** Does what a browser does at the provider, signing in as `login` or canceling; returns where it is sent back to. */
export async function passProvider(address: string, login: string | 'cancel'): Promise<URL> {
  const jar = new Map<string, string>();
  const origin = new URL(address).origin;
  let [url, body] = [address, undefined as URLSearchParams | undefined];
  for (let step = 0; step < 20; step++) {
    const answer = await fetch(url, {
      method: body ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body ? { body } : {}),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    body = undefined;
    if (location) {
      const next = new URL(location, url);
      if (next.origin !== origin) return next;
      url = next.href;
      continue;
    }
    const html = await answer.text();
    if (login === 'cancel') {
      url = new URL(/href="([^"]+abort)"/.exec(html)?.[1] ?? '', url).href;
      continue;
    }
    const action = /<form[^>]* action="([^"]+)"/.exec(html)?.[1];
    if (!action) throw new Error(`the provider answered ${answer.status}: ${html.slice(0, 500)}`);
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1] ?? '';
    url = new URL(action, url).href;
    body = new URLSearchParams({ prompt, login, password: 'any' });
  }
  throw new Error('the provider sends the browser around in circles');
}
