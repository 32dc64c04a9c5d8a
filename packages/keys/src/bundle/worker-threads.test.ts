import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { buildBundle } from './bundle.js';

const checkout = fileURLToPath(new URL('../../../..', import.meta.url));
const cache = await mkdtemp(join(tmpdir(), 'twoshot-worker-threads-'));
afterAll(() => rm(cache, { recursive: true }));

interface Source {
  readonly workers: number;
  batch(step: number, positions: Uint32Array): Promise<Float32Array>;
  close(): Promise<void>;
}
type CreateViews = (policy: object, images: object, options: object) => Source;

const policy = {
  name: 'test',
  size: 6,
  mirror: true,
  border: 'reflect',
  normalise: { mean: [0.5], std: [0.25] },
  operations: [
    { op: 'resized-crop', area: [0.4, 1], ratio: [0.75, 1.3] },
    { op: 'blur', sigma: [0.5, 1] },
  ],
};

test('a bundle carries the program of its worker threads, which counts and makes what the bundle makes', async () => {
  const importer = join(checkout, 'packages/pretrain/dist/vicreg.js');
  const bundle = await buildBundle(checkout, cache, `export { createViews } from '@twoshot/views';`, importer);
  expect(Object.keys(bundle.code.modules)).toEqual(
    expect.arrayContaining(['packages/views/src/view-thread.ts', 'packages/views/src/operations/blur.ts']),
  );
  const { createViews } = (await import(pathToFileURL(bundle.file).href)) as { createViews: CreateViews };
  const pixels = Uint8Array.from({ length: 4 * 8 * 8 * 3 }, (_, at) => (at * 2654435761) >>> 24);
  const images = { set: 'a', count: 4, height: 8, width: 8, channels: 3, index: Uint32Array.of(0, 1, 2, 3), pixels };
  const positions = Uint32Array.of(2, 0, 3);
  const [threaded, alone] = [1, 0].map((threads) => createViews(policy, images, { views: 2, seed: 3, threads }));
  try {
    expect([threaded!.workers, alone!.workers]).toEqual([1, 0]);
    expect([...(await threaded!.batch(0, positions))]).toEqual([...(await alone!.batch(0, positions))]);
  } finally {
    await threaded!.close();
  }
});
