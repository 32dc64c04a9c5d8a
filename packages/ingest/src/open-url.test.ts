import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { openUrl } from './open-url.js';

afterEach(() => vi.unstubAllEnvs());

const { signal } = new AbortController();

/** Runs a server, and a proxy that notes where it is asked to connect to and connects to the server instead. */
async function withProxy(use: (address: string, asked: readonly string[]) => Promise<void>): Promise<void> {
  const asked: string[] = [];
  const server = createServer((_, response) => response.end('images'));
  const proxy = createServer();
  proxy.on('connect', (request, client) => {
    asked.push(request.url ?? '');
    const { port } = server.address() as AddressInfo;
    const onward = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
  });
  for (const one of [server, proxy]) await new Promise<void>((resolve) => void one.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked);
  } finally {
    for (const one of [server, proxy]) one.close();
    server.closeAllConnections();
  }
}

test('where the environment names a proxy the way leads through it', async () => {
  await withProxy(async (address, asked) => {
    vi.stubEnv('HTTP_PROXY', address);
    vi.stubEnv('NO_PROXY', '');
    expect(await text(await openUrl('http://images.invalid/archive', {}, signal))).toBe('images');
    expect(asked).toEqual(['images.invalid:80']);
  });
});

test('an address that needs no proxy is asked straight', async () => {
  await withProxy(async (address, asked) => {
    vi.stubEnv('HTTP_PROXY', address);
    vi.stubEnv('NO_PROXY', 'images.invalid');
    await expect(openUrl('http://images.invalid/archive', {}, signal)).rejects.toThrow('images.invalid');
    expect(asked).toEqual([]);
  });
});
