import type { LockOptions } from '@twoshot/disk';
import type { Waiting } from '../store.js';

/** Options of a lock for a waiter: reports the owner in words. */
export const waitingFor = ({ signal, onWait }: Waiting): LockOptions => ({
  ...(signal === undefined ? {} : { signal }),
  ...(onWait === undefined ? {} : { onWait: ({ pid, host }) => onWait(`process ${pid} on ${host}`) }),
});
