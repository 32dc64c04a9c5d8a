import { readMachine, runCommand, type CommandOptions, type CommandResult } from '@twoshot/machine';
import { basename, join } from 'node:path';
import { compilerName } from './compiler-name.js';
import type { SetupFailure } from './failure.js';
import { COMPILER_FLAGS, type NativeBuild } from './native-build.js';

/** Whether the compiler works. */
export async function findCompiler(): Promise<string | SetupFailure> {
  const compiler = compilerName();
  const version = await runCommand(compiler, ['--version']);
  return version?.code === 0 ? compiler : { kind: 'compiler-missing', compiler };
}

/**
 * Compiles the binding and our own ops into one shared object. Own ops must be in it: a second library that registers
 * ops is unloaded again by Node, since it is no Node add-on.
 *
 * @param output the add-on; object files are put beside it
 * @returns null when it worked
 */
export async function compileBinding(
  build: NativeBuild,
  compiler: string,
  output: string,
  signal?: AbortSignal,
): Promise<SetupFailure | null> {
  const library = join(build.libraryFolder, 'tensorflow');
  const options = signal === undefined ? {} : { signal };
  const includes = [...build.sources.includes.map((folder) => `-I${folder}`), `-isystem${join(library, 'include')}`];
  // Ops first, since TensorFlow's kernel headers make them take longest.
  const jobs = [...build.sources.ops, ...build.sources.binding].map((source, index) => {
    const object = `${output}.${index}.o`;
    return { object, args: [...COMPILER_FLAGS, ...includes, '-c', source, '-o', object] };
  });
  const objects = jobs.map(({ object }) => object);
  const failed = await compileAll(compiler, jobs, options);
  const result =
    failed ??
    (await runCommand(
      compiler,
      [
        '-shared',
        ...objects,
        `-L${library}`,
        '-l:libtensorflow_cc.so.2',
        '-l:libtensorflow_framework.so.2',
        // Relative, so that the cache may be moved as a whole.
        `-Wl,-rpath,$ORIGIN/../${basename(build.libraryFolder)}/tensorflow`,
        '-o',
        output,
      ],
      options,
    ));
  if (result?.code === 0) return null;
  const text = result?.output ?? `${compiler} is gone`;
  if (/no space left|disk quota/i.test(text)) return { kind: 'disk-full', folder: output, needed: 0, free: null };
  return { kind: 'compilation-failed', compiler, output: text };
}

/** Compiles as many sources at once as there are cores; the first failure ends it. */
async function compileAll(
  compiler: string,
  jobs: readonly { readonly args: readonly string[] }[],
  options: CommandOptions,
): Promise<CommandResult | null> {
  const waiting = [...jobs];
  let failed: CommandResult | null = null;
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const result = await runCommand(compiler, job.args, options);
      if (result?.code === 0) continue;
      failed ??= result ?? { code: null, output: `${compiler} is gone` };
      waiting.length = 0;
    }
  };
  await Promise.all(Array.from({ length: readMachine().cores }, work));
  return failed;
}
