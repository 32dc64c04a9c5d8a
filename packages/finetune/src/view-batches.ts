import type { Images } from '@twoshot/artifact';
import { createRandom } from '@twoshot/engine/random';
import { shuffledBatches } from '@twoshot/nn';
import { createViews, type Policy } from '@twoshot/views';
import { drawBalanced, type LabelledBatch, type TrainingRows } from './training-rows.js';

/** Unlabelled images; each step uses some in a weak and a strong view. */
export interface Unlabelled {
  readonly policy: Policy;
  /** Images a step. */
  readonly count: number;
}

/** The batch of a training step. */
export interface ViewBatch extends LabelledBatch {
  /** Views of the labelled images, then the weak views of the unlabelled ones. */
  readonly weak: Float32Array;
  /** Strong views of the unlabelled images; null where there are none. */
  readonly strong: Float32Array | null;
}

export interface ViewBatches {
  batch(step: number): Promise<ViewBatch>;
  close(): Promise<void>;
}

/** Views of labelled images, balanced over classes, and of unlabelled images where `unlabelled` is given. */
export function createViewBatches(options: {
  images: Images;
  rows: TrainingRows;
  policy: Policy;
  unlabelled: Unlabelled | null;
  batch: number;
  seed: number;
  /** Maximum worker threads per source of views. */
  threads: number;
}): ViewBatches {
  const { images, rows, policy, unlabelled, batch, seed, threads } = options;
  const random = createRandom(seed);
  const sourceOf = (of: Policy, purpose: string): ReturnType<typeof createViews> =>
    createViews(of, images, { views: 1, seed: random.fork(purpose).integer(2 ** 31), threads });
  const weak = sourceOf(policy, 'weak');
  if (unlabelled === null)
    return {
      async batch(step) {
        const labelled = drawBalanced(rows, batch, random.fork(step));
        return { ...labelled, weak: await weak.batch(step, labelled.positions), strong: null };
      },
      close: () => weak.close(),
    };
  const strong = sourceOf(unlabelled.policy, 'strong');
  const others = shuffledBatches({
    count: images.count,
    batch: unlabelled.count,
    seed: random.fork('others').integer(2 ** 31),
  });
  return {
    async batch(step) {
      const labelled = drawBalanced(rows, batch, random.fork(step));
      const drawn = others(step);
      const both = Uint32Array.from([...labelled.positions, ...drawn]);
      const made = await Promise.all([weak.batch(step, both), strong.batch(step, drawn)]);
      return { ...labelled, weak: made[0], strong: made[1] };
    },
    async close() {
      await Promise.all([weak.close(), strong.close()]);
    },
  };
}
