import { createRandom } from '@twoshot/engine/random';

/** The rows of a step; any step can be requested at any time. */
export type Batches = (step: number) => Uint32Array;

/**
 * Batches of `batch` of `count` rows, in an order of its own for every epoch. Rows that do not fill a batch at the end
 * of an epoch are dropped; with fewer rows than a batch, a batch spans several epochs.
 *
 * @throws RangeError where there are no rows.
 */
export function shuffledBatches(options: { count: number; batch: number; seed: number }): Batches {
  const { count, batch, seed } = options;
  if (count < 1) throw new RangeError('There are no rows to draw batches from');
  const random = createRandom(seed);
  const perEpoch = Math.floor(count / batch);
  let known = { epoch: -1, order: new Uint32Array(0) };
  const orderOf = (epoch: number): Uint32Array => {
    if (known.epoch !== epoch) {
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      random.fork(epoch).shuffle(order);
      known = { epoch, order };
    }
    return known.order;
  };
  if (perEpoch === 0)
    return (step) => {
      const first = step * batch;
      return Uint32Array.from(
        { length: batch },
        (_, i) => orderOf(Math.floor((first + i) / count))[(first + i) % count]!,
      );
    };
  return (step) => {
    const start = (step % perEpoch) * batch;
    return orderOf(Math.floor(step / perEpoch)).slice(start, start + batch);
  };
}
