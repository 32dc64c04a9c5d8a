import { parentPort, workerData } from 'node:worker_threads';
import type { ViewJob, WorkerContent } from './view-job.js';
import { createJobWorker } from './view-worker.js';

// The program of a worker thread: makes its part of every job that it receives, and reports the finished ones.

/** Images per chunk of a worker. */
const chunk = 4;

const work = createJobWorker(workerData as WorkerContent);
parentPort?.on('message', (job: ViewJob) => {
  if (work(job, chunk)) parentPort?.postMessage(job.step, []);
});
