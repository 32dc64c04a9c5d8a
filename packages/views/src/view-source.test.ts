// @module-tag slow
import { afterEach, expect, test } from 'vitest';
import { everyOperation, policyOf, testImages } from './images.fixture.js';
import { createJobWorker } from './view-worker.js';
import { createViews, type Policy, type ViewOptions, type ViewSource } from './index.js';

const open: ViewSource[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
});

function viewsOf(policy: Policy, options: Partial<ViewOptions> = {}, images = testImages()): ViewSource {
  const source = createViews(policy, images, { views: 2, seed: 1, threads: 0, ...options });
  open.push(source);
  return source;
}

const positions = Uint32Array.of(4, 0, 3, 1, 5);
const everything = policyOf(everyOperation, { size: 9 });

test.each([1, 2, 8])(
  'a source that is waited for takes up to %i workers, and its views stay the same',
  async (threads) => {
    const expected = await viewsOf(everything).batch(3, positions);
    expect(expected.length).toBe(2 * 5 * 9 * 9 * 3);
    expect(expected.every(Number.isFinite)).toBe(true);
    const source = viewsOf(everything, { threads });
    expect(source.workers).toBe(1);
    // Nothing happens between two batches, so that every one is waited for.
    for (let round = 0; round < 1000 && source.workers < threads; round++)
      expect([...(await source.batch(3, positions))]).toEqual([...expected]);
    expect(source.workers).toBe(threads);
    for (let round = 0; round < 10; round++) expect([...(await source.batch(3, positions))]).toEqual([...expected]);
    expect(source.workers).toBe(threads);
  },
);

test('views in the calling thread take no worker', async () => {
  const source = viewsOf(everything);
  for (let step = 0; step < 5; step++) await source.batch(step, positions);
  expect(source.workers).toBe(0);
});

test.each(everyOperation.map((operation) => [operation.op, operation] as const))(
  'a worker makes the same views with %s alone',
  async (_name, operation) => {
    const policy = policyOf([operation]);
    const worker = await viewsOf(policy, { threads: 1 }).batch(0, positions);
    expect([...worker]).toEqual([...(await viewsOf(policy).batch(0, positions))]);
  },
);

test('a view depends on the image, the step, the view and the seed, not on the place in the batch', async () => {
  const length = 9 * 9 * 3;
  const first = Float32Array.from(await viewsOf(everything).batch(3, positions));
  const alone = await viewsOf(everything).batch(3, Uint32Array.of(3));
  expect([...alone.subarray(0, length)]).toEqual([...first.subarray(2 * length, 3 * length)]);
  expect([...alone.subarray(length)]).toEqual([...first.subarray(7 * length, 8 * length)]);
  expect([...alone.subarray(length)]).not.toEqual([...alone.subarray(0, length)]);
  expect([...(await viewsOf(everything).batch(4, positions))]).not.toEqual([...first]);
  expect([...(await viewsOf(everything, { seed: 2 }).batch(3, positions))]).not.toEqual([...first]);
});

test('a view follows the image when the set is cut down', async () => {
  const images = testImages();
  const size = 12 * 12 * 3;
  const part = { ...images, count: 2, index: images.index.slice(4), pixels: images.pixels.slice(4 * size) };
  const whole = await viewsOf(everything).batch(0, Uint32Array.of(5));
  expect([...(await viewsOf(everything, {}, part).batch(0, Uint32Array.of(1)))]).toEqual([...whole]);
});

test('what is prefetched is what is handed over, in any order', async () => {
  const source = viewsOf(everything, { threads: 2 });
  const other = Uint32Array.of(2, 2, 1);
  source.prefetch(1, other);
  source.prefetch(0, positions);
  source.prefetch(1, other);
  const first = Float32Array.from(await source.batch(0, positions));
  const second = Float32Array.from(await source.batch(1, other));
  expect([...first]).toEqual([...(await viewsOf(everything).batch(0, positions))]);
  expect([...second]).toEqual([...(await viewsOf(everything).batch(1, other))]);
});

test('a batch holds until the second one after it', async () => {
  const source = viewsOf(everything, { threads: 1 });
  const first = await source.batch(0, positions);
  const copy = Float32Array.from(first);
  source.prefetch(2, positions);
  await source.batch(1, positions);
  await source.batch(2, positions);
  expect(first.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect([...first]).toEqual([...copy]);
  const fourth = await source.batch(3, positions);
  expect(fourth.buffer).toBe(first.buffer);
});

test('a batch of no images is empty', async () => {
  expect((await viewsOf(everything, { threads: 1 }).batch(0, new Uint32Array(0))).length).toBe(0);
});

test('positions beyond the images and other positions than prefetched are refused', async () => {
  const source = viewsOf(everything);
  await expect(source.batch(0, Uint32Array.of(6))).rejects.toThrow('position 6 of 6 images');
  source.prefetch(1, positions);
  await expect(source.batch(1, Uint32Array.of(1))).rejects.toThrow('step 1 was prefetched with other positions');
});

test('a policy for another number of channels is refused', () => {
  const policy = policyOf([], { normalise: { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] } });
  expect(() => viewsOf(policy, {}, testImages({ channels: 5 }))).toThrow(
    'has 3 channels, the images have 5: give 1 value or 5',
  );
});

test('batches that were not handed over fail when the source is closed', async () => {
  const source = viewsOf(everything, { threads: 1 });
  const many = Uint32Array.from({ length: 4000 }, (_, at) => at % 6);
  const outcome = source.batch(0, many).catch((error: unknown) => error);
  await source.close();
  expect(await outcome).toEqual(new Error('the views are closed'));
  await expect(source.batch(1, positions)).rejects.toThrow('the views are closed');
});

test('a failing worker fails the batch instead of hanging', async () => {
  const broken = policyOf([{ op: 'random-choice', count: 1, choices: [] }]);
  await expect(viewsOf(broken, { threads: 2 }).batch(0, positions)).rejects.toThrow('undefined');
});

test('a worker that comes late to a job leaves its slot alone, which may serve another step by then', () => {
  const images = testImages();
  const content = {
    policy: everything,
    images,
    pixels: images.pixels,
    index: images.index,
    seed: 1,
    views: 2,
  };
  const job = { step: 0, positions, out: new Float32Array(2 * 5 * 9 * 9 * 3), progress: new Int32Array(2) };
  expect(createJobWorker(content)(job, 4)).toBe(true);
  job.out.fill(7);
  expect(createJobWorker(content)(job, 4)).toBe(false);
  expect(new Set(job.out)).toEqual(new Set([7]));
});
