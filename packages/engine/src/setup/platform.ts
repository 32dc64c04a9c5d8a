import { existsSync } from 'node:fs';
import { isExecutable } from '../executable.js';
import { compilerName } from './compiler-name.js';
import type { SetupFailure } from './failure.js';

/** The dynamic loader of glibc; Alpine and other systems with musl do not have it. */
const GLIBC_LOADER = '/lib64/ld-linux-x86-64.so.2';

/** The wheels exist for Linux on x64 with glibc. */
export function platformFailure(): SetupFailure | null {
  const platform = `${process.platform}-${process.arch}`;
  if (platform !== 'linux-x64') return { kind: 'platform', platform };
  return existsSync(GLIBC_LOADER) ? null : { kind: 'platform', platform: `${platform} without glibc` };
}

/**
 * A tool that set-up cannot do without and that is not on PATH: found without starting anything, so that a machine
 * without a compiler does not plan for an engine that it will not get.
 */
export function missingTool(
  needs: { readonly download: boolean },
  env: NodeJS.ProcessEnv = process.env,
): SetupFailure | null {
  const compiler = compilerName(env);
  if (!isExecutable(compiler, env)) return { kind: 'compiler-missing', compiler };
  const pips = ['python3', 'python', 'pip3', 'pip'];
  return needs.download && !pips.some((name) => isExecutable(name, env)) ? { kind: 'python-missing' } : null;
}
