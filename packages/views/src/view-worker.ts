import type { MessagePort } from 'node:worker_threads';
import type { ViewJob, WorkerContent } from './view-job.js';
import type { Kit } from './view-kit.js';

/** Makes views, a few pictures of a job at a time. Part of the worker's kit: refers to nothing outside its arguments. */
export function createJobWorker(content: WorkerContent, kit: Kit): (job: ViewJob, chunk: number) => boolean {
  const { policy, pictures, pixels, index, seed, views } = content;
  const maker = kit.createViewMaker(policy, pictures, kit);
  const sourceLength = pictures.height * pictures.width * pictures.channels;
  const viewLength = policy.size * policy.size * pictures.channels;
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

/** The worker's main loop. Part of the worker's kit: refers to nothing outside its arguments. */
export function serveJobs(port: MessagePort, content: WorkerContent, kit: Kit): void {
  const work = kit.createJobWorker(content, kit);
  port.on('message', (job: ViewJob) => {
    if (work(job, 4)) port.postMessage(job.step);
  });
}
