import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fetchOutside, isInside, webAddress } from './fetch-outside.ts';
import { isProblem } from './problem.ts';

const servers: Server[] = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
async function read(address: string, limits: Partial<Parameters<typeof fetchOutside>[1]> = {}) {
  const fetched = await fetchOutside(address, { bytes: 1024 * 1024, milliseconds: 5000, ...limits });
  const parts: Buffer[] = [];
  for await (const part of fetched.body) parts.push(part);
  return Buffer.concat(parts).toString();
}
const refuses = (promise: Promise<unknown>, message: RegExp) =>
  assert.rejects(
    promise,
    (error) => isProblem(error) && error.kind === 'invalid' && message.test(error.message),
  );

describe('what is fetched from outside', () => {
  test('knows which addresses lie inside', () => {
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '0.0.0.0',
      '100.64.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      'fe80::1%eth0',
      'fc00::1',
      'fd12::1',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:db8::1',
      'ff02::1',
      'nonsense',
    ])
      assert.ok(isInside(address), address);
    for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1', '2a00:1450::1'])
      assert.ok(!isInside(address), address);
  });

  test('is refused from inside, by name, by number, however it is written', async () => {
    const host = await serve((_, answer) => answer.end('secret'));
    const port = host.split(':')[1];
    for (const address of [
      `http://${host}/`,
      `http://localhost:${port}/`,
      `http://2130706433:${port}/`,
      `http://0x7f.1:${port}/`,
      `http://[::1]:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
    ])
      await refuses(read(address), /inside this network/);
    assert.equal(await read(`http://${host}/`, { inside: [host] }), 'secret');
    await refuses(read(`http://${host}/`, { inside: ['127.0.0.1:1'] }), /inside this network/);
  });

  test('is refused where a redirect leads inside, and after many redirects', async () => {
    const hidden = await serve((_, answer) => answer.end('secret'));
    const door = await serve((request, answer) => {
      answer.writeHead(302, { location: request.url === '/on' ? '/on' : `http://${hidden}/` }).end();
    });
    await refuses(read(`http://${door}/in`, { inside: [door] }), /inside this network/);
    await refuses(read(`http://${door}/on`, { inside: [door] }), /on and on/);
  });

  test('is bounded in bytes, packed or not, and in time', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    const host = await serve((request, answer) => {
      if (request.url === '/bomb') return answer.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      if (request.url === '/broken')
        return answer.writeHead(200, { 'content-encoding': 'gzip' }).end('not packed');
      if (request.url === '/slow') return answer.write('a');
      if (request.url === '/never') return;
      const chunk = Buffer.alloc(1024 * 1024);
      const more = () => {
        while (!answer.destroyed && answer.write(chunk));
      };
      answer.on('drain', more);
      more();
    });
    const inside = [host];
    await refuses(read(`http://${host}/endless`, { inside }), /more than 1 MB/);
    await refuses(read(`http://${host}/bomb`, { inside }), /more than 1 MB/);
    await refuses(read(`http://${host}/broken`, { inside }), /unpacked/);
    await refuses(read(`http://${host}/slow`, { inside, milliseconds: 300 }), /too long/);
    await refuses(read(`http://${host}/never`, { inside, milliseconds: 300 }), /too long/);
    await refuses(read('http://no-such-host.invalid/'), /There is no no-such-host.invalid|cannot be read/);
  });

  test('has an address of the web, without a password', async () => {
    for (const address of [
      'file:///etc/passwd',
      'ftp://example.org/',
      'javascript:alert(1)',
      'example.org',
      '',
      'http://',
    ])
      assert.throws(() => webAddress(address), /http/);
    assert.throws(
      () => webAddress('http://me:secret@example.org/'),
      (error: Error) => !error.message.includes('secret'),
    );
  });
});
