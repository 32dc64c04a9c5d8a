import { exitCodes } from '@twoshot/events';
import type { Command } from '../command.js';
import { writeLine } from '../environment.js';

const interval = 1_000;

/** `twoshot engine setup` */
export const setup: Command = async (_, { stderr, stdout, signal }) => {
  const [{ ensureEngine }, { describeFailure }] = await Promise.all([
    import('@twoshot/engine/identity'),
    import('@twoshot/engine/setup'),
  ]);
  let told = 0;
  let phase = '';
  const settled = ensureEngine({
    signal,
    onProgress(progress) {
      if (progress.phase === phase && performance.now() - told < interval) return;
      phase = progress.phase;
      told = performance.now();
      const { done, total } = progress;
      const share = done === undefined || total === undefined ? '' : ` (${Math.round((100 * done) / total)} %)`;
      writeLine(stderr, `${progress.text}${share}`);
    },
  });
  const choice = await settled.catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
  if (choice === null || signal.aborted) return exitCodes.interrupted;
  if (choice.failure !== null) {
    const { missing, fix, cost } = describeFailure(choice.failure);
    writeLine(stderr, `the native engine cannot be set up: ${missing}\n  next:     ${fix}\n  without:  ${cost}`);
    return exitCodes.mistake;
  }
  if ('kind' in choice) writeLine(stdout, `the engine ${choice.kind} is ready`);
  return exitCodes.done;
};

/** `twoshot engine remove` */
export const remove: Command = async (_, { stdout }) => {
  const { removeNativeEngine } = await import('@twoshot/engine/setup');
  await removeNativeEngine();
  writeLine(stdout, 'the native engine is removed');
  return exitCodes.done;
};
