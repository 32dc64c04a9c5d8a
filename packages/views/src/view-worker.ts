import { createViewMaker } from './make-view.js';
import type { ViewJob, WorkerContent } from './view-job.js';

/** Makes views, a few images of a job at a time. */
export function createJobWorker(content: WorkerContent): (job: ViewJob, chunk: number) => boolean {
  const { policy, images, pixels, index, seed, views } = content;
  const maker = createViewMaker(policy, images);
  const sourceLength = images.height * images.width * images.channels;
  const viewLength = policy.size * policy.size * images.channels;
  const numbers = { seed, step: 0, index: 0, view: 0 };

  /** Takes chunks until none is left; true for the worker that finished the last one. */
  return ({ step, positions, out, progress }, chunk) => {
    const count = positions.length;
    let finished = false;
    numbers.step = step;
    for (let from = Atomics.add(progress, 0, chunk); from < count; from = Atomics.add(progress, 0, chunk)) {
      const to = Math.min(count, from + chunk);
      for (let place = from; place < to; place++) {
        const position = positions[place]!;
        numbers.index = index[position]!;
        for (let view = 0; view < views; view++) {
          numbers.view = view;
          maker.make(pixels, position * sourceLength, numbers, out, (view * count + place) * viewLength);
        }
      }
      finished = Atomics.add(progress, 1, to - from) + to - from === count;
    }
    return finished;
  };
}
