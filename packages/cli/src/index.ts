import { writeSync } from 'node:fs';
import type { Failure } from '@twoshot/diagnostics';
import { loaders } from './command-loaders.js';
import { writeLine, type Environment } from './environment.js';
import { endProcess, interrupted, interruption, interrupts, lastLine } from './interrupts.js';
import { watchOutput } from './lost-output.js';
import { parse, type UsageMistake } from './parse.js';
import { helpText } from './usage.js';
import { version } from './version.js';
import { findWorkspace } from './workspace.js';

export type { Environment, Output } from './environment.js';

async function failureOf(
  { message, at, expected, known, next }: UsageMistake,
  argv: readonly string[],
): Promise<Failure> {
  const { commandLine, nearest } = await import('@twoshot/diagnostics');
  const typed = argv[at] ?? '';
  const near = nearest(typed, known);
  const column = 1 + argv.slice(0, at).reduce((sum, arg) => sum + arg.length + 1, 0);
  return {
    code: 'command-line',
    message,
    where: { file: commandLine, line: 1, column, length: Math.max(1, typed.length), text: argv.join(' ') },
    expected,
    ...(near === null ? {} : { nearest: near }),
    next,
  };
}

/** Whether `--json` was given, even if the rest of the command line is invalid. */
const wantsJson = (argv: readonly string[]): boolean =>
  argv.some((arg) => arg === '--json' || arg.startsWith('--json='));

async function refuse(mistake: UsageMistake, argv: readonly string[], environment: Environment): Promise<number> {
  const [{ errorOfFailure, refused, runJson }, { showFailures }] = await Promise.all([
    import('@twoshot/events'),
    import('./failures.js'),
  ]);
  const failure = await failureOf(mistake, argv);
  const code = showFailures([failure], environment);
  // A program that reads the last line finds the JSON there, whatever failed.
  if (wantsJson(argv)) writeLine(environment.stdout, JSON.stringify(runJson(refused([errorOfFailure(failure)]))));
  return code;
}

/**
 * Runs a command line.
 *
 * @param argv arguments without the program
 * @returns the exit code
 */
export async function main(argv: readonly string[], environment: Environment): Promise<number> {
  const { stdout } = environment;
  const [first] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    writeLine(stdout, helpText());
    return first === undefined ? 2 : 0;
  }
  if (first === '--version' || first === '-v') {
    writeLine(stdout, version());
    return 0;
  }
  const parsed = parse(argv);
  switch (parsed.type) {
    case 'help':
      writeLine(stdout, parsed.text);
      return 0;
    case 'mistake':
      return refuse(parsed.mistake, argv, environment);
    case 'invocation': {
      const { name } = parsed.invocation.command;
      const command = await loaders[name]!();
      return Promise.race([
        command(parsed.invocation, environment),
        interruption(name, environment.signal).then(() => interrupted),
      ]);
    }
    default:
      throw new Error('parse returned neither help, a mistake nor an invocation');
  }
}

function unexpected(error: unknown, argv: readonly string[], environment: Environment): number {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  writeLine(environment.stderr, stack);
  if (wantsJson(argv)) writeLine(environment.stdout, lastLine({ code: 'internal', message }));
  return 1;
}

/**
 * The user's working directory. `npx` runs a command in the folder of the package around the working directory, which
 * is a different one in a sub-folder of a package.
 */
function workingDirectory({ INIT_CWD, npm_lifecycle_event, npm_lifecycle_script = '' }: NodeJS.ProcessEnv): string {
  const byNpx = npm_lifecycle_event === 'npx' && /^["']?twoshot\b/.test(npm_lifecycle_script);
  return byNpx && INIT_CWD !== undefined ? INIT_CWD : process.cwd();
}

/** The `twoshot` program. */
export async function program(): Promise<void> {
  const argv = process.argv.slice(2);
  // A reader that closes the pipe, as `head` does, must not stop a run.
  const [lostOutput] = [process.stdout, process.stderr].map(watchOutput);
  const cwd = workingDirectory(process.env);
  const { stdout, stderr } = process;
  const environment: Environment = {
    cwd,
    workspace: findWorkspace(cwd),
    stdout,
    stderr,
    signal: interrupts(wantsJson(argv)),
  };
  const code = await main(argv, environment).catch((error: unknown) => unexpected(error, argv, environment));
  // Pipes are written asynchronously: leaving before they are drained would cut the last line off.
  await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
  const lost = lostOutput?.() ?? null;
  if (lost !== null) writeSync(2, `the output could not be written: ${lost.message}\n`);
  endProcess(lost !== null && code === 0 ? 1 : code);
}
