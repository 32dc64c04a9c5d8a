import { exitCodes } from '@twoshot/events';
import type { Command } from '../command.js';
import { writeLine } from '../environment.js';

const interval = 1_000;

/** `twoshot engine setup` */
export const setup: Command = async (_, { stderr, stdout, signal }) => {
  const [{ ensureEngine }, { describeFailure, loadFailure, locateNativeBuild }] = await Promise.all([
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
  const isNative = 'kind' in choice && (choice.kind === 'native' || choice.kind === 'cuda');
  const failure =
    choice.failure ??
    (isNative ? await loadFailure(locateNativeBuild(choice.kind === 'cuda' ? 'cuda' : 'cpu'), signal) : null);
  if (failure !== null) {
    const { missing, fix, cost } = describeFailure(failure);
    writeLine(stderr, `the native engine cannot be installed: ${missing}\n  next:     ${fix}\n  without:  ${cost}`);
    return exitCodes.mistake;
  }
  if ('kind' in choice) writeLine(stdout, `the engine ${choice.kind} is ready`);
  return exitCodes.done;
};

/** `twoshot engine remove` */
export const remove: Command = async (_, { stdout, stderr, signal }) => {
  const { describeFailure, removeNativeEngine } = await import('@twoshot/engine/setup');
  const removal = await removeNativeEngine({
    signal,
    onWait: ({ pid }) => writeLine(stderr, `waiting for process ${pid}, which is installing the engine`),
  }).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
  if (removal === null) return exitCodes.interrupted;
  if ('kind' in removal) {
    const { missing, fix } = describeFailure(removal);
    writeLine(stderr, `${missing}\n  next:     ${fix}`);
    return exitCodes.mistake;
  }
  const { folder, removed, left } = removal;
  const others =
    left.length === 0 ? '' : `; ${folder} keeps files that the installation did not write: ${listed(left)}`;
  const what = removed.length > 0 ? 'the native engine has been removed' : `no native engine is installed in ${folder}`;
  writeLine(stdout, `${what}${others}`);
  return exitCodes.done;
};

const maxListed = 5;

const listed = (names: readonly string[]): string =>
  names.length > maxListed
    ? `${names.slice(0, maxListed).join(', ')} and ${names.length - maxListed} more`
    : names.join(', ');
