import { pythonWith } from '../../tools/python-environment.js';

/**
 * The Python that the examples run in. Where it cannot be installed, say without a network, they are not run, which is
 * said; in continuous integration that is a failure.
 *
 * @returns null where it cannot be installed
 */
export function examplePython(): string | null {
  try {
    return pythonWith('examples/requirements.txt', 'examples', 'about 250 MB');
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`the examples in Python are not run: ${reason}\n`);
    return null;
  }
}
