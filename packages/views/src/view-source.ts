import { Worker } from 'node:worker_threads';
import type { Images } from '@twoshot/artifact';
import { checkChannels } from './check-channels.js';
import type { Policy } from './policy.js';
import type { ViewJob, WorkerContent } from './view-job.js';
import { createJobWorker } from './view-worker.js';
import { watchWaiting } from './watch-waiting.js';

export interface ViewOptions {
  /** Views of every image. */
  readonly views: number;
  readonly seed: number;
  /**
   * Maximum worker threads, from the stage; the first one starts at once, and another one whenever batches come late. 0
   * makes the views in the calling thread. Never changes the result.
   */
  readonly threads: number;
}

/** Makes views of images ahead of the steps that need them. */
export interface ViewSource {
  readonly views: number;
  readonly size: number;
  readonly channels: number;
  /** Worker threads by now. */
  readonly workers: number;
  /** Starts making the views of a later step; a second call for the same step does nothing. */
  prefetch(step: number, positions: Uint32Array): void;
  /**
   * The views of the images at `positions`: [views * positions, size, size, channels], all first views before all
   * second ones, normalised, in shared memory. The array holds until the second call after this one; copy it to
   * keep it.
   */
  batch(step: number, positions: Uint32Array): Promise<Float32Array>;
  /** Ends the workers; batches not yet handed over fail. */
  close(): Promise<void>;
}

interface Slot {
  readonly positions: Uint32Array;
  readonly out: Float32Array;
}

interface Pending {
  readonly slot: Slot;
  readonly progress: ViewJob['progress'];
  readonly done: Promise<void>;
}

/** Batches that the caller may still read when the next one is returned. */
const keptBatches = 2;

/**
 * Compiled, since a worker runs no TypeScript. Bundlers of stages find the file by this expression, bundle it with all
 * that it imports, and put it beside the bundle.
 */
const program = new URL('../dist/view-thread.js', import.meta.url);

const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

function sharedPixels(pixels: Uint8Array): Uint8Array {
  if (pixels.buffer instanceof SharedArrayBuffer) return pixels;
  const copy = new Uint8Array(shared(pixels.length));
  copy.set(pixels);
  return copy;
}

/**
 * Views of images under a policy, made ahead by worker threads.
 *
 * Every random choice of a view follows from (seed, step, the image's own index, view) alone, so the number of threads
 * and the order of work do not change the result. So the source may use as many as keep its caller from waiting.
 *
 * @throws if the policy does not fit the images' channels.
 * @example
 * const source = createViews(policy, images, { views: 2, seed: seed('views'), threads });
 * source.prefetch(step + 1, nextPositions);
 * const pixels = await source.batch(step, positions); // [2 * positions.length, size, size, channels]
 * await source.close();
 */
export function createViews(policy: Policy, images: Images, { views, seed, threads }: ViewOptions): ViewSource {
  checkChannels(`of policy ${policy.name}`, policy.normalise, images.channels);
  const content: WorkerContent = {
    policy,
    images: { height: images.height, width: images.width, channels: images.channels },
    pixels: threads > 0 ? sharedPixels(images.pixels) : images.pixels,
    index: images.index,
    seed,
    views,
  };
  const viewLength = policy.size * policy.size * images.channels;
  const pending = new Map<number, Pending>();
  const settlers = new Map<number, (error?: Error) => void>();
  const free: Slot[] = [];
  const handedOver: Slot[] = [];
  let failure: Error | null = null;

  function fail(error: Error): void {
    failure ??= error;
    for (const settle of settlers.values()) settle(failure);
  }

  const work = threads > 0 ? null : createJobWorker(content);
  const workers: Worker[] = [];
  const addWorker = (): void => {
    const worker = new Worker(program, { workerData: content, execArgv: [], name: 'views' });
    worker.on('message', (step: number) => settlers.get(step)?.());
    worker.on('error', fail);
    worker.unref();
    workers.push(worker);
  };
  if (threads > 0) addWorker();
  const wantsWorker = watchWaiting();
  let lastAt = performance.now();

  function takeSlot(positions: Uint32Array): Slot {
    const count = positions.length;
    const found = free.findIndex((slot) => slot.positions.length === count);
    const slot =
      found >= 0
        ? free.splice(found, 1)[0]!
        : {
            positions: new Uint32Array(shared(4 * count)),
            out: new Float32Array(shared(4 * count * views * viewLength)),
          };
    slot.positions.set(positions);
    return slot;
  }

  function start(step: number, positions: Uint32Array): Pending {
    if (failure !== null) throw failure;
    for (const position of positions)
      if (position >= images.count) throw new RangeError(`position ${position} of ${images.count} images`);
    const slot = takeSlot(positions);
    const done = new Promise<void>((resolve, reject) => {
      settlers.set(step, (error) => (error === undefined ? resolve() : reject(error)));
    });
    // The caller of the batch gets the failure; a batch never requested must not end the process.
    done.catch(() => undefined);
    // Never reused: a worker that comes late to this job finds it used up, even when the slot serves another step.
    const progress = new Int32Array(shared(8));
    const job: Pending = { slot, progress, done };
    pending.set(step, job);
    const message: ViewJob = { step, ...slot, progress };
    if (work !== null) work(message, positions.length);
    if (work !== null || positions.length === 0) settlers.get(step)?.();
    else for (const worker of workers) worker.postMessage(message, []);
    return job;
  }

  return {
    views,
    size: policy.size,
    channels: images.channels,
    get workers() {
      return workers.length;
    },
    prefetch(step, positions) {
      if (!pending.has(step)) start(step, positions);
    },
    async batch(step, positions) {
      const job = pending.get(step) ?? start(step, positions);
      if (!sameNumbers(job.slot.positions, positions))
        throw new Error(`step ${step} was prefetched with other positions than requested`);
      const askedAt = performance.now();
      // That message may be unread while training keeps this thread busy: that is not waiting for views.
      const isMade = Atomics.load(job.progress, 1) === positions.length;
      // An unreferenced worker alone would let the process end here.
      for (const worker of workers) worker.ref();
      try {
        await job.done;
        const now = performance.now();
        if (wantsWorker(isMade ? 0 : now - askedAt, now - lastAt) && workers.length < threads) addWorker();
        lastAt = now;
      } finally {
        for (const worker of workers) worker.unref();
        pending.delete(step);
        settlers.delete(step);
      }
      handedOver.push(job.slot);
      if (handedOver.length > keptBatches) free.push(handedOver.shift()!);
      return job.slot.out;
    },
    async close() {
      fail(new Error('the views are closed'));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function sameNumbers(first: Uint32Array, second: Uint32Array): boolean {
  return first.length === second.length && first.every((value, at) => value === second[at]);
}
