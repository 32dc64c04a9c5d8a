import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Sets up the native engine once, before any test waits for it under a time limit. Where that fails the command says
 * why, and `engineUnderTest` gives WebAssembly to every test. `TWOSHOT_TEST_ENGINE` names an engine; nothing is set up
 * for `wasm`.
 */
export default function setUpEngine(): void {
  if (process.env['TWOSHOT_TEST_ENGINE'] === 'wasm') return;
  spawnSync(process.execPath, [join(import.meta.dirname, '../bin/twoshot.js'), 'engine', 'setup'], {
    stdio: 'inherit',
  });
}
