import { ensureEngine } from '../packages/engine/src/identity.js';
import { describeFailure } from '../packages/engine/src/setup/index.js';

/**
 * Sets up the native engine once, before any test waits for it under a time limit. Where that fails it says why, and
 * `engineUnderTest` gives WebAssembly to every test. `TWOSHOT_TEST_ENGINE` names an engine; nothing is set up for
 * `wasm`. From the sources, so that the tests of one package compile no other one.
 */
export default async function setUpEngine(): Promise<void> {
  if (process.env['TWOSHOT_TEST_ENGINE'] === 'wasm') return;
  let phase = '';
  const { failure } = await ensureEngine({
    onProgress(progress) {
      if (progress.phase !== phase) process.stderr.write(`${progress.text}\n`);
      phase = progress.phase;
    },
  });
  if (failure === null) return;
  const { missing, fix } = describeFailure(failure);
  process.stderr.write(`the native engine cannot be installed: ${missing}\n  next:     ${fix}\n`);
}
