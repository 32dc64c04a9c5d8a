import { main } from './index.js';
import { findWorkspace } from './workspace.js';

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Types a command line in a folder. */
export async function callIn(cwd: string, line: string, controller = new AbortController()): Promise<Called> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({ write: (text: string): void => void (written[name] += text) });
  const code = await main(line.split(' '), {
    cwd,
    workspace: findWorkspace(cwd),
    stdout: output('stdout'),
    stderr: output('stderr'),
    signal: controller.signal,
  });
  return { code, ...written };
}
