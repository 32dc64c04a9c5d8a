import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Archive, type Tell, downloadCifar10 } from './cifar10-download.js';
import { download } from './download.js';
import { tarOf } from './tar.fixture.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'twoshot-cifar10-'));
});
afterEach(() => rm(dir, { recursive: true }));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const contents = new Map(
  ['data_batch_1.bin', 'test_batch.bin'].map((name, at) => [
    name,
    Buffer.from(Uint8Array.from({ length: 70_000 + at }, (_, byte) => (byte * 7919 + at + ((byte * byte) >> 7)) % 256)),
  ]),
);
const bytes = gzipSync(
  tarOf([
    { name: 'cifar-10-batches-bin/', type: '5', content: '' },
    ...[...contents].map(([name, content]) => ({ name: `cifar-10-batches-bin/${name}`, content })),
    { name: 'cifar-10-batches-bin/readme.html', content: 'not wanted' },
  ]),
);
const archive: Archive = {
  sha256: sha256(bytes),
  limit: bytes.length,
  files: [...contents].map(([name, content]) => ({ name, sha256: sha256(content), bytes: content.length })),
};

const tell = (lines: string[] = []): Tell => ({
  workspace: dir,
  progress: () => undefined,
  log: (line) => lines.push(line),
  signal: new AbortController().signal,
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The archive, or the rest of it that is asked for. */
const serve: Answer = (request, response) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start }).end(bytes.subarray(start));
};

/** Runs a server whose requests get the given answers in turn, the last one from then on. */
async function withServer(
  answers: readonly Answer[],
  use: (url: string, ranges: (string | undefined)[]) => Promise<void>,
): Promise<void> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answers[Math.min(ranges.length, answers.length) - 1]?.(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    await use(`http://127.0.0.1:${port}/cifar-10-binary.tar.gz`, ranges);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const nothingLeft: Answer = (_, response) => response.writeHead(416).end();

const page: Answer = (_, response) => response.end('<html>log in first</html>');

const moved: Answer = (_, response) => response.writeHead(302, { location: '/elsewhere.tar.gz' }).end();

const notFound: Answer = (_, response) => response.writeHead(404).end();

const whole: Answer = (_, response) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes);

/** Promises the whole answer and closes the connection after some bytes of it. */
const cutAfter =
  (length: number): Answer =>
  (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': bytes.length - start });
    response.write(bytes.subarray(start, start + length), () => response.socket?.end());
  };

async function expectBrought(folder: string): Promise<void> {
  for (const [name, content] of contents) expect((await readFile(join(folder, name))).equals(content)).toBe(true);
  expect((await readdir(folder)).sort()).toEqual([...contents.keys()].sort());
  expect(await readdir(join(folder, '..'))).toEqual(['cifar-10-batches-bin']);
}

test('the archive is downloaded, checked and unpacked, and nothing is asked for twice', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  await withServer([serve], async (url, ranges) => {
    await downloadCifar10(folder, () => url, tell(), archive);
    await expectBrought(folder);
    await downloadCifar10(folder, () => expect.unreachable(), tell(), archive);
    expect(ranges).toEqual([undefined]);
  });
});

test('a download that breaks off goes on where it was, in the same call and in the next', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  await withServer([cutAfter(1000), serve], async (url, ranges) => {
    const lines: string[] = [];
    await downloadCifar10(folder, () => url, tell(lines), archive);
    await expectBrought(folder);
    expect(ranges).toEqual([undefined, 'bytes=1000-']);
    expect(lines.some((line) => /broke off after 1000 bytes/.test(line))).toBe(true);
  });
  await rm(folder, { recursive: true });
  await writeFile(join(dir, 'data/cifar-10-binary.tar.gz.part'), bytes.subarray(0, 5000));
  await withServer([serve], async (url, ranges) => {
    await downloadCifar10(folder, () => url, tell(), archive);
    await expectBrought(folder);
    expect(ranges).toEqual(['bytes=5000-']);
  });
});

test('a server that ignores ranges, and one where nothing is left to send, are understood', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  await mkdir(join(dir, 'data'));
  await writeFile(join(dir, 'data/cifar-10-binary.tar.gz.part'), bytes.subarray(0, 5000));
  await withServer([whole], async (url, ranges) => {
    await downloadCifar10(folder, () => url, tell(), archive);
    expect(ranges).toEqual(['bytes=5000-']);
  });
  await expectBrought(folder);
  await rm(folder, { recursive: true });
  await writeFile(join(dir, 'data/cifar-10-binary.tar.gz.part'), bytes);
  await withServer([nothingLeft], async (url) => downloadCifar10(folder, () => url, tell(), archive));
  await expectBrought(folder);
});

test('what was there of another version is dropped, and another file is refused', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  await mkdir(join(dir, 'data'));
  await writeFile(join(dir, 'data/cifar-10-binary.tar.gz.part'), Buffer.alloc(5000, 1));
  await withServer([serve], async (url, ranges) => {
    await downloadCifar10(folder, () => url, tell(), archive);
    expect(ranges).toEqual(['bytes=5000-', undefined]);
  });
  await expectBrought(folder);
  await rm(folder, { recursive: true });
  await withServer([page], async (url) => {
    await expect(downloadCifar10(folder, () => url, tell(), archive)).rejects.toThrow(
      `${url} sent another file: expected SHA-256 ${archive.sha256}, found ${sha256(Buffer.from('<html>log in first</html>'))} (25 bytes); the file was deleted`,
    );
  });
  expect(await readdir(join(dir, 'data'))).toEqual([]);
});

test('redirects are followed, and an address that is not there is named', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  await withServer([moved, serve], async (url) => downloadCifar10(folder, () => url, tell(), archive));
  await expectBrought(folder);
  await rm(folder, { recursive: true });
  await withServer([notFound], async (url) => {
    await expect(downloadCifar10(folder, () => url, tell(), archive)).rejects.toThrow(`${url} answered 404 Not Found`);
  });
});

test('a server that never sends all of it is given up, and what came is kept for the next call', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  await withServer([cutAfter(1000), cutAfter(0)], async (url) => {
    const wanted = {
      url,
      file: join(dir, 'archive'),
      sha256: archive.sha256,
      limit: archive.limit,
      wait: 1,
      progress: () => undefined,
    };
    await expect(download({ ...tell(), ...wanted })).rejects.toMatchObject({
      name: 'OutsideError',
      code: 'download-broke-off',
      message: expect.stringMatching(/broke off after 1000 bytes \(.+\); the next run resumes there$/),
    });
  });
  expect(await readdir(dir)).toEqual(['archive.part']);
  await expect(downloadCifar10(folder, () => 'ftp://x/y', tell(), archive)).rejects.toMatchObject({
    code: 'bad-url',
    message: "`url` is 'ftp://x/y': expected an address with http:// or https://",
  });
});

test('a folder outside data is not filled: a wrong path is named instead', async () => {
  const folder = join(dir, 'cifar');
  await expect(downloadCifar10(folder, () => expect.unreachable(), tell(), archive)).rejects.toMatchObject({
    code: 'data-missing',
    message: expect.stringContaining(`${join(folder, 'data_batch_1.bin')} does not exist; set \`path\``),
  });
  expect(existsSync(folder)).toBe(false);
});

test('a download goes to data of the workspace or to an empty folder, and not to any folder named data', async () => {
  const elsewhere = { ...tell(), workspace: join(dir, 'workspace') };
  const named = join(dir, 'home/data/cifar');
  await expect(downloadCifar10(named, () => expect.unreachable(), elsewhere, archive)).rejects.toMatchObject({
    code: 'data-missing',
    message: expect.stringContaining('an empty folder that you make there is filled, too'),
  });
  await mkdir(named, { recursive: true });
  await writeFile(join(named, 'mine.txt'), '');
  await expect(downloadCifar10(named, () => expect.unreachable(), elsewhere, archive)).rejects.toThrow(
    'does not exist',
  );
  await rm(join(named, 'mine.txt'));
  await withServer([serve], async (url) => downloadCifar10(named, () => url, elsewhere, archive));
  expect((await readdir(named)).sort()).toEqual([...contents.keys()].sort());
});

test('of two at once one downloads, and the other waits for it', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  const lines: string[] = [];
  await withServer([serve], async (url, ranges) => {
    await Promise.all([1, 2].map(() => downloadCifar10(folder, () => url, tell(lines), archive)));
    expect(ranges).toEqual([undefined]);
  });
  await expectBrought(folder);
  expect(lines.some((line) => line.startsWith(`waits for process ${process.pid} on `))).toBe(true);
});

const more: Answer = (_, response) => response.writeHead(200, { 'content-length': bytes.length + 1 }).end();
const endless: Answer = (_, response) => {
  response.writeHead(200);
  response.on('error', () => undefined);
  const send = (): void => {
    if (!response.destroyed) response.write(Buffer.alloc(1 << 16), send);
  };
  send();
};

test('a file that is larger than it may be is not taken, whether the server says so or not', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  for (const answer of [more, endless])
    await withServer([answer], async (url) => {
      await expect(downloadCifar10(folder, () => url, tell(), archive)).rejects.toMatchObject({
        code: 'download-too-large',
        message: expect.stringMatching(/sends \d+ bytes, more than the \d+ bytes that the file may have/),
      });
    });
});

test('a link where the download grows is not written through', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  await mkdir(join(dir, 'data'));
  const part = join(dir, 'data/cifar-10-binary.tar.gz.part');
  const mine = join(dir, 'mine');
  for (const plant of [symlink, link]) {
    await writeFile(mine, 'a letter');
    await plant(mine, part);
    await withServer([serve], async (url) => downloadCifar10(folder, () => url, tell(), archive));
    await expectBrought(folder);
    expect(await readFile(mine, 'utf8')).toBe('a letter');
    await rm(folder, { recursive: true });
  }
});

test('a server that says that nothing is left of nothing is refused', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  await withServer([nothingLeft], async (url) => {
    await expect(downloadCifar10(folder, () => url, tell(), archive)).rejects.toThrow(`${url} answered 416`);
  });
});

test('the password of an address stands in no message and in no log', async () => {
  const folder = join(dir, 'data/cifar-10-batches-bin');
  const lines: string[] = [];
  const messages: string[] = [];
  const broken = cutAfter(0);
  for (const answer of [notFound, page, broken])
    await withServer([answer], async (url) => {
      const secret = `${url.replace('//', '//me:pass1@')}?token=pass2`;
      const wanted = {
        url: secret,
        file: join(dir, 'archive'),
        sha256: archive.sha256,
        limit: archive.limit,
        wait: 1,
        progress: () => undefined,
      };
      if (answer !== broken)
        messages.push(await messageOf(downloadCifar10(folder, () => secret, tell(lines), archive)));
      messages.push(await messageOf(download({ ...tell(lines), ...wanted })));
    });
  expect(messages).toHaveLength(5);
  for (const text of [...lines, ...messages]) expect(text).not.toMatch(/pass[12]/);
  expect(messages.join()).toContain('//…@127.0.0.1');
});

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => String(error),
  );
