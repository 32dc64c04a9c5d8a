import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '@twoshot/disk';
import type { Declaration } from '../declaration.js';
import type { RunRequest } from './protocol.js';

/** Functions of `fs` that take the path of what they read first. Those of them without `Sync` are in `fs.promises` too. */
const readers = ['open', 'readFile', 'readdir', 'opendir', 'copyFile'];

/** Paths that are remembered: the rest of a folder that is read file by file tells nothing new. */
const maxPaths = 1_000;

/** Paths that a message names. */
const maxNamed = 3;

/** What a machine is made of: libraries, certificates, time zones, devices. Code of packages is in the key by version. */
const ofTheMachine =
  /^\/(proc|sys|dev|etc|usr|lib\w*|bin|sbin|opt|nix|System|Library)\/|^[A-Z]:\\(Windows|Program)|[/\\]node_modules[/\\]/i;

/** This program, e.g. its kernels: in a key by their digests where a result depends on them. */
const ownPackages = fileURLToPath(new URL('../../..', import.meta.url));

type Reader = (path: unknown, ...rest: unknown[]) => unknown;

function pathOf(path: unknown): string | null {
  if (typeof path === 'string') return resolve(path);
  if (Buffer.isBuffer(path)) return resolve(path.toString());
  return path instanceof URL && path.protocol === 'file:' ? fileURLToPath(path) : null;
}

function realPath(path: string): string | null {
  try {
    return fs.realpathSync(path);
  } catch {
    return null;
  }
}

/** Paths that a request gives a stage: what lies there is in its key, or comes from the stage itself. */
function given(request: RunRequest): string[] {
  const { bundle, inputs, outputs, checkpoints, temporary, env } = request;
  return [
    dirname(bundle),
    ...Object.values(inputs).flatMap((wired) => [wired ?? []].flat().map(({ path }) => path)),
    ...Object.values(outputs),
    ...(checkpoints === null ? [] : [dirname(checkpoints.folder)]),
    ...(temporary === null ? [] : [temporary]),
    ...(env['TWOSHOT_STAGE_WRITES'] ?? '')
      .split(process.platform === 'win32' ? ';' : ':')
      .filter((path) => path !== ''),
  ];
}

/** Watches which files the JavaScript of a host reads that a stage has not declared. */
export class ReadWatch {
  readonly #known: string[] = [];
  readonly #paths = new Set<string>();
  #isPaused = false;

  /**
   * Starts watching this process, before the stage is loaded: it may take a function of `fs` along at once. Neither
   * worker threads, libraries of machine code nor programs that a stage starts are seen.
   */
  constructor(request: RunRequest) {
    this.#allow([ownPackages, cacheFolder(), dirname(dirname(process.execPath)), ...given(request)]);
    for (const [module, names] of [
      [fs, readers.flatMap((name) => [name, `${name}Sync`])],
      [fs.promises, readers],
    ] as const) {
      const functions = module as unknown as Record<string, Reader>;
      for (const name of names) {
        const read = functions[name]!;
        functions[name] = (path, ...rest) => {
          this.#note(path);
          return read(path, ...rest);
        };
      }
    }
    syncBuiltinESMExports();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** From now on the external params of the stage are known. */
  declared({ params: declared }: Declaration, { params, workspace }: RunRequest): void {
    this.#allow(
      Object.entries(declared).flatMap(([name, { external }]) => {
        const value = params[name];
        return external
          ? [value].flat().flatMap((path) => (typeof path === 'string' ? [resolve(workspace, path)] : []))
          : [];
      }),
    );
  }

  /** What was read that is not in the key, as a warning; null if nothing. */
  warning(): string | null {
    const read = [...this.#paths].filter((path) => {
      const real = realPath(path);
      return real !== null && !this.#isKnown(path) && !this.#isKnown(real);
    });
    if (read.length === 0) return null;
    const named = read.slice(0, maxNamed).join(', ');
    const rest = read.length > maxNamed ? ` and ${read.length - maxNamed} more` : '';
    return (
      `it read ${named}${rest}, which its key does not contain: if that changes, this result is still reused; ` +
      'the stage should take such a path as an external param'
    );
  }

  #allow(paths: readonly string[]): void {
    for (const path of paths) this.#known.push(...new Set([path, realPath(path) ?? path]));
  }

  #isKnown(path: string): boolean {
    return (
      ofTheMachine.test(path) ||
      this.#known.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`))
    );
  }

  #note(read: unknown): void {
    const path = this.#isPaused ? null : pathOf(read);
    if (path !== null && this.#paths.size < maxPaths && !this.#isKnown(path)) this.#paths.add(path);
  }
}
