import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Declaration, GraphDocument, Inputs, Ports, Progress } from '../declaration.js';
import type { Params } from '../params.js';
import { noCheckpoints } from '../checkpoint.js';
import { checkpointFolder, type CheckpointSettings } from './checkpoint-folder.js';
import { EmptyOutputError } from './host-error.js';
import type { Reads } from './protocol.js';
import { deriveSeed } from './seed.js';
import { type WiredInputs, trackInputs } from './track-inputs.js';
import { trackParams } from './track-params.js';

/** Messages of a running stage. */
interface Tell {
  readonly progress: (progress: Progress) => void;
  readonly log: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** What a stage is run with, in a host or in a test. */
export interface StageRun extends Tell {
  /** Defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: WiredInputs;
  /** An empty directory by port. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Null where none are kept. */
  readonly checkpoints: CheckpointSettings | null;
  readonly instanceSeed: string;
  readonly pipelineSeed: number;
  readonly graph: GraphDocument;
  /** Of the stage, and of the engine if it takes it. */
  readonly threads: number;
  readonly workspace: string;
  readonly signal: AbortSignal;
}

/** Executes the `run` of a declaration, and reports which params and seeds it read. */
export async function runDeclaration(declaration: Declaration, run: StageRun): Promise<Reads> {
  const { outputs, progress, log, warn, signal } = run;
  const { inputs, reads: provenance } = trackInputs(run.inputs);
  checkWiring(declaration, inputs);
  const tracked = trackParams(withAbsolutePaths(declaration.params, run.params, run.workspace));
  let seed = false;
  let pipelineSeed = false;
  let graph = false;
  let hasCheckpoints = false;
  await declaration.run({
    params: tracked.params,
    inputs,
    outputs,
    seed(purpose) {
      seed = true;
      return deriveSeed(run.instanceSeed, purpose);
    },
    get pipelineSeed() {
      pipelineSeed = true;
      return run.pipelineSeed;
    },
    get graph() {
      if (hasCheckpoints) throw new TypeError(graphAndCheckpoints(declaration.name));
      graph = true;
      return run.graph;
    },
    checkpoints(part) {
      if (graph) throw new TypeError(graphAndCheckpoints(declaration.name));
      hasCheckpoints = true;
      return run.checkpoints === null ? noCheckpoints : checkpointFolder(run.checkpoints, part, warn);
    },
    threads: run.threads,
    progress,
    log,
    warn,
    signal,
  });
  for (const [port, dir] of Object.entries(outputs))
    if ((await readdir(dir)).length === 0) throw new EmptyOutputError(declaration.name, port);
  await warnOfPredictions(declaration, outputs, warn);
  return { params: tracked.reads(), seed, pipelineSeed, graph, provenance: provenance() };
}

/** All predictions pass here: for every stage, likely problems of its predictions are reported. */
async function warnOfPredictions(
  { outputs: ports }: Pick<Declaration, 'outputs'>,
  outputs: Readonly<Record<string, string>>,
  warn: (line: string) => void,
): Promise<void> {
  const predicted = Object.entries(outputs).filter(([port]) => ports[port]?.kind === 'predictions');
  if (predicted.length === 0) return;
  const { predictionWarnings, readPredictions } = await import('@twoshot/artifact');
  for (const [port, dir] of predicted)
    for (const text of predictionWarnings(await readPredictions(dir))) warn(`${port}: ${text}`);
}

const graphAndCheckpoints = (name: string): string =>
  `${name}: a stage that reads the graph cannot have checkpoints, which are found again whatever the graph is`;

/** Carries out the `prepare` of a declaration, if it has one. */
export async function prepareDeclaration(
  declaration: Declaration,
  { params, workspace, progress, log, signal }: Omit<StageRun, 'inputs' | 'outputs' | 'checkpoints'>,
): Promise<Reads> {
  const tracked = trackParams(withAbsolutePaths(declaration.params, params, workspace));
  await declaration.prepare?.({ params: tracked.params, workspace, progress, log, signal });
  return { params: tracked.reads(), seed: false, pipelineSeed: false, graph: false, provenance: [] };
}

/** External paths become absolute: users write them relative to the workspace. */
function withAbsolutePaths(
  params: Params,
  values: Readonly<Record<string, unknown>>,
  workspace: string,
): Record<string, unknown> {
  const entries = Object.entries(values).map(([name, value]): [string, unknown] => {
    if (params[name]?.external !== true) return [name, value];
    return [name, Array.isArray(value) ? value.map((one) => absolute(one, workspace)) : absolute(value, workspace)];
  });
  return Object.fromEntries(entries);
}

const absolute = (path: unknown, workspace: string): unknown =>
  typeof path === 'string' ? resolve(workspace, path) : path;

function checkWiring(declaration: Declaration, inputs: WiredInputs): asserts inputs is Inputs<Ports> {
  for (const [port, { many, optional }] of Object.entries(declaration.inputs)) {
    const input = inputs[port];
    const fits = many === true ? Array.isArray(input) : input === null ? optional === true : input !== undefined;
    if (!fits || (many !== true && Array.isArray(input)))
      throw new TypeError(`${declaration.name}: input '${port}' is not wired as it is declared`);
  }
}
