import { execFileSync } from 'node:child_process';
import { pythonWith } from '../../tools/python-environment.js';

/**
 * The Python that the examples run in. Where there is no Python that can have their packages, or, outside continuous
 * integration, where they cannot be installed, say without a network, the examples are not run, which is said.
 *
 * @returns null where it cannot be had
 */
export function examplePython(): string | null {
  try {
    execFileSync('python3', ['-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))']);
  } catch {
    return without('they need `python3` 3.11 or later with `venv`');
  }
  try {
    return pythonWith('examples/requirements.txt', 'examples', 'about 250 MB');
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
    return without(error instanceof Error ? error.message : String(error));
  }
}

function without(reason: string): null {
  process.stderr.write(`the examples in Python are not run: ${reason}\n`);
  return null;
}
