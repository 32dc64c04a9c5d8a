import { workerData } from 'node:worker_threads';

/**
 * A thread of the host that ends it when the runner is gone. The event loop sees the closed channel by itself; this
 * is for the time when a synchronous kernel blocks it.
 */
const interval = 250;
const parent: unknown = workerData;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, interval);
