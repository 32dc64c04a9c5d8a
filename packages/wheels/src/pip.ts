import { runCommand } from '@twoshot/machine';
import type { WheelFailure } from './failure.js';

/** How to call pip here: a command and its first arguments. */
export type Pip = readonly [string, ...string[]];

/** Finds a pip, whichever way it is installed. */
export async function findPip(): Promise<Pip | WheelFailure> {
  let python: string | null = null;
  for (const candidate of ['python3', 'python']) {
    const version = await runCommand(candidate, ['-c', 'import sys; sys.exit(0 if sys.version_info >= (3, 7) else 1)']);
    if (version === null || version.code !== 0) continue;
    python ??= candidate;
    const pip = await runCommand(candidate, ['-m', 'pip', '--version']);
    if (pip?.code === 0) return [candidate, '-m', 'pip'];
  }
  for (const candidate of ['pip3', 'pip']) {
    const pip = await runCommand(candidate, ['--version']);
    if (pip?.code === 0) return [candidate];
  }
  return python === null ? { kind: 'python-missing' } : { kind: 'pip-missing', python };
}
