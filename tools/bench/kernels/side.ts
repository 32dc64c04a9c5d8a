import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/** What a side is asked for; the reference's script documents the fields. */
export type Command = Readonly<Record<string, unknown>>;

/** One of the two processes that are timed in turn; each keeps still while the other works. */
export class Side {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout! });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  async ask(command: Command): Promise<Readonly<Record<string, unknown>>> {
    this.#child.stdin!.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true)
      throw new Error(`a process of the benchmark ended while it was asked ${JSON.stringify(command)}`);
    return JSON.parse(value) as Record<string, unknown>;
  }

  close(): void {
    this.#lines.close();
    this.#child.stdin!.end();
    this.#child.kill();
  }
}

export const threads = 2;

/** The program `file`, started again to serve. */
export function startOurs(file: string, ...args: readonly string[]): Side {
  return new Side(fork(file, ['serve', ...args], { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] }));
}

/** @param script a file of tools/reference */
export function startReference(python: string, script = 'kernels.py'): Side {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of ['OMP', 'OPENBLAS', 'MKL', 'NUMEXPR']) env[`${name}_NUM_THREADS`] = String(threads);
  // Made for old builds of OpenBLAS, they would slow the reference down.
  delete env['OPENBLAS_CORETYPE'];
  delete env['OPENBLAS_L2_SIZE'];
  return new Side(spawn(python, [`tools/reference/${script}`], { env, stdio: ['pipe', 'pipe', 'inherit'] }));
}
