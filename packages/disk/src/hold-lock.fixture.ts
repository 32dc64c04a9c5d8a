import { acquireLock } from './lock.js';

/** Takes a lock and keeps it until it is killed: `node hold-lock.fixture.js PATH`. */
await acquireLock(process.argv[2] ?? '');
process.send?.('held');
// Listening keeps the process alive until it is killed or its parent is gone.
process.on('message', () => undefined);
