import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Brings the native engine once, before any test waits for it under a time limit. Where it cannot be had the command
 * says why and tests go on with WebAssembly.
 */
export default function setUpEngine(): void {
  spawnSync(process.execPath, [join(import.meta.dirname, '../bin/twoshot.js'), 'engine', 'setup'], {
    stdio: 'inherit',
  });
}
