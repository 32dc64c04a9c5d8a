import { runCommand } from '@twoshot/machine';
import type { SetupFailure } from './failure.js';
import type { NativeBuild } from './native-build.js';

const script = `try { process.dlopen({ exports: {} }, process.argv[1]); } catch (error) { console.log(error.message); process.exit(1); }`;

/**
 * Loads a build in a process of its own, since a broken library may end the process that loads it.
 *
 * @returns null where it can be loaded
 */
export async function loadFailure(
  { bindingFile, variant }: Pick<NativeBuild, 'bindingFile' | 'variant'>,
  signal?: AbortSignal,
): Promise<SetupFailure | null> {
  const result = await runCommand(process.execPath, ['-e', script, bindingFile], {
    env: { TF_CPP_MIN_LOG_LEVEL: '3' },
    ...(signal && { signal }),
  });
  if (result?.code === 0) return null;
  const output = result?.output.trim().split('\n').at(-1) ?? '';
  const reason = result?.code === null ? `the process that loaded it was ended by the system` : output;
  return { kind: 'load-failed', variant, file: bindingFile, reason };
}
