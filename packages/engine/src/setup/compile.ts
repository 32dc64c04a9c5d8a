import { join } from 'node:path';
import { compilerName } from './compiler-name.js';
import type { SetupFailure } from './failure.js';
import { COMPILER_FLAGS, type NativeBuild } from './native-build.js';
import { runCommand } from './run-command.js';

/** Whether the compiler answers. */
export async function findCompiler(): Promise<string | SetupFailure> {
  const compiler = compilerName();
  const version = await runCommand(compiler, ['--version']);
  return version?.code === 0 ? compiler : { kind: 'compiler-missing', compiler };
}

/**
 * Compiles the binding and our own ops into one shared object. Own ops must be in it: a second library that registers
 * ops is unloaded again by Node, since it is no Node add-on.
 *
 * @returns null when it worked
 */
export async function compileBinding(
  build: NativeBuild,
  compiler: string,
  output: string,
  signal?: AbortSignal,
): Promise<SetupFailure | null> {
  const headers = join(build.libraryFolder, 'tensorflow', 'include');
  const options = signal === undefined ? {} : { signal };
  const sources = [...build.sources.binding, ...build.sources.ops];
  const objects = sources.map((_, index) => `${output}.${index}.o`);
  const includes = [...build.sources.includes.map((folder) => `-I${folder}`), `-isystem${headers}`];
  const results = await Promise.all(
    sources.map((source, index) =>
      runCommand(compiler, [...COMPILER_FLAGS, ...includes, '-c', source, '-o', objects[index] ?? ''], options),
    ),
  );
  const link = results.every((result) => result?.code === 0)
    ? await runCommand(
        compiler,
        [
          '-shared',
          ...objects,
          `-L${join(build.libraryFolder, 'tensorflow')}`,
          '-l:libtensorflow_cc.so.2',
          '-l:libtensorflow_framework.so.2',
          `-Wl,-rpath,${join(build.libraryFolder, 'tensorflow')}`,
          '-o',
          output,
        ],
        options,
      )
    : (results.find((result) => result?.code !== 0) ?? null);
  if (link?.code === 0) return null;
  const text = link?.output ?? `${compiler} is gone`;
  if (/no space left|disk quota/i.test(text)) return { kind: 'disk-full', folder: output, needed: 0, free: null };
  return { kind: 'compilation-failed', compiler, output: text };
}
