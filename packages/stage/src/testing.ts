import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Declaration, GraphDocument, InputArtifact, Port, Ports, Progress } from './declaration.js';
import type { Reads } from './host/protocol.js';
import { runDeclaration } from './host/run-stage.js';
import type { WiredInputs } from './host/track-inputs.js';
import type { Params, ParamValues } from './params.js';
import { applyDefaults, paramsSchema } from './params-schema.js';

/** An input of a stage under test: the folder of an artifact, with its facts from the graph. */
export type TestInput = string | (Partial<InputArtifact> & { readonly path: string });

export interface TestRun<P extends Params, I extends Ports> {
  /** Defaults are filled in. */
  readonly params?: Partial<ParamValues<P>>;
  /** By port; a list for a `many` port. Ports that are not given are not wired. */
  readonly inputs?: { readonly [K in keyof I]?: TestInput | readonly TestInput[] | null };
  /** Seed of the pipeline. Default 1. */
  readonly seed?: number;
  /** What external paths are relative to. Default: the working directory. */
  readonly workspace?: string;
  /** The graph for a stage that plots the pipeline. Default: a pipeline of no stages. */
  readonly graph?: GraphDocument;
  /** Default 2. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /**
   * Folder of checkpoints, saved whenever the stage asks; those of the folders beside it count where the stage has a
   * `length`. Default: none are kept.
   */
  readonly checkpoints?: string;
  /** Called with every progress; throwing ends the stage there, as if it were killed. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface TestResult<O extends Ports> {
  /** Folder of every output. They are removed when the process ends. */
  readonly outputs: { readonly [K in keyof O]: string };
  readonly reads: Reads;
  readonly logs: readonly string[];
  readonly warnings: readonly string[];
  readonly progress: readonly Progress[];
}

/**
 * Runs a stage in this process, in folders of its own, as a host would: for tests of stages. A stage that uses the
 * engine finds the one that the test has started.
 *
 * @example
 * const { outputs } = await runStage(kmeans, { params: { clusters: 3 }, inputs: { features: dir } });
 * expect((await readAssignments(outputs.assignments)).partitions.length).toBe(1);
 */
export async function runStage<P extends Params, I extends Ports, O extends Ports>(
  declaration: Declaration<P, I, O>,
  {
    params = {},
    inputs = {},
    seed = 1,
    workspace = process.cwd(),
    graph = { pipeline: 'test', stages: [] },
    threads = 2,
    signal,
    checkpoints,
    onProgress,
  }: TestRun<P, I> = {},
): Promise<TestResult<O>> {
  const filled = applyDefaults(declaration, params);
  checkNames(declaration, filled);
  const outputs = await outputFolders(declaration.outputs);
  const logs: string[] = [];
  const warnings: string[] = [];
  const progress: Progress[] = [];
  const reads = await runDeclaration(declaration, {
    params: filled,
    inputs: wire(declaration.inputs, inputs),
    outputs,
    instanceSeed: seed.toString(16).padStart(64, '0'),
    pipelineSeed: seed,
    graph,
    threads,
    workspace,
    signal: signal ?? new AbortController().signal,
    checkpoints:
      checkpoints === undefined
        ? null
        : { folder: checkpoints, sharesCheckpoints: declaration.length !== undefined, seconds: 0 },
    progress(step) {
      progress.push(step);
      onProgress?.(step);
    },
    log: (line) => logs.push(line),
    warn: (line) => warnings.push(line),
  });
  return { outputs, reads, logs, warnings, progress };
}

function checkNames(
  declaration: Pick<Declaration, 'name' | 'params'>,
  params: Readonly<Record<string, unknown>>,
): void {
  const { required } = paramsSchema(declaration);
  const unknown = Object.keys(params).find((name) => !Object.hasOwn(declaration.params, name));
  if (unknown !== undefined) throw new TypeError(`${declaration.name} has no param '${unknown}'`);
  const missing = Array.isArray(required) ? required.find((name: string) => params[name] === undefined) : undefined;
  if (missing !== undefined) throw new TypeError(`${declaration.name} needs the param '${missing}'`);
}

function wire(
  ports: Ports,
  given: Readonly<Record<string, TestInput | readonly TestInput[] | null | undefined>>,
): WiredInputs {
  const entries = Object.entries(ports).map(([name, port]): [string, WiredInputs[string]] => {
    const input = given[name];
    if (port.many === true)
      return [
        name,
        (input === null || input === undefined ? [] : isList(input) ? input : [input]).map((one) =>
          artifact(port, name, one),
        ),
      ];
    if (isList(input)) throw new TypeError(`input '${name}' takes one artifact`);
    return [name, input === null || input === undefined ? null : artifact(port, name, input)];
  });
  return Object.fromEntries(entries);
}

function artifact({ kind }: Port, name: string, input: TestInput): InputArtifact {
  const given = typeof input === 'string' ? { path: input } : input;
  return { kind, digest: '', from: `test.${name}`, holds: [], seen: [], outside: [], ...given };
}

function isList(input: TestInput | readonly TestInput[] | null | undefined): input is readonly TestInput[] {
  return Array.isArray(input);
}

const temporary: string[] = [];

function removeAtExit(root: string): void {
  if (temporary.length === 0)
    process.once('exit', () => {
      for (const one of temporary) rmSync(one, { recursive: true, force: true });
    });
  temporary.push(root);
}

async function outputFolders<O extends Ports>(ports: O): Promise<{ [K in keyof O]: string }> {
  const root = mkdtempSync(join(tmpdir(), 'twoshot-stage-'));
  removeAtExit(root);
  const folders: { [K in keyof O]?: string } = {};
  for (const port in ports) {
    const dir = join(root, port);
    await mkdir(dir);
    folders[port] = dir;
  }
  if (hasAll(ports, folders)) return folders;
  throw new TypeError('an output without a folder');
}

function hasAll<O extends Ports>(
  ports: O,
  folders: { [K in keyof O]?: string },
): folders is { [K in keyof O]: string } {
  return Object.keys(ports).every((port) => Object.hasOwn(folders, port));
}
