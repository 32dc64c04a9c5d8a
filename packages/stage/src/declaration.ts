import type { Kind } from '@twoshot/artifact';
import type { Checkpoints } from './checkpoint.js';
import type { Params, ParamValues } from './params.js';
import { checkResources, type Resources } from './resources.js';

/** A typed input or output of a stage. */
export interface Port {
  readonly kind: Kind;
  /** One sentence: what is expected or produced. */
  readonly doc: string;
  /** Input only: takes a list, and collects the axis of a matrix. */
  readonly many?: boolean;
  /** Input only: may be left unwired. */
  readonly optional?: boolean;
  /**
   * Input only: each row affects only its own prediction, so these rows do not count as seen by the result. This is
   * what makes a result inductive; the runner derives the rest from the graph.
   */
  readonly query?: boolean;
  /**
   * Output only: names of the inputs that it is made from, if not all of them. The others do not count for what it
   * holds and has seen.
   */
  readonly from?: readonly string[];
  /**
   * Output only: name of the image set (`train`, `test`, ...) that enters the pipeline here. Without it an output
   * holds the sets of the inputs that it comes from.
   */
  readonly set?: string;
  /** Output only, of kind `metrics`: its values are shown when a run ends, as means over draws. */
  readonly shown?: boolean;
  /** Name that the port had in earlier versions: a pipeline that still wires it is refused with the new name. */
  readonly formerly?: string;
}

export type Ports = Readonly<Record<string, Port>>;

/** An artifact as a stage receives it: a directory that must not be written to. */
export interface InputArtifact {
  readonly kind: Kind;
  /** Absolute path of the artifact's directory in the store. */
  readonly path: string;
  /** Logical digest. */
  readonly digest: string;
  /** `stage.port` that made it, e.g. `backbone@seed=1.model`. */
  readonly from: string;
  /** Image sets (`train`, `test`, ...) whose rows it holds, derived from the graph, sorted. */
  readonly holds: readonly string[];
  /** Image sets that influenced it (see `Port.query`), derived from the graph, sorted. */
  readonly seen: readonly string[];
  /** Weights from outside that had a part in it (see `Declaration.outside`), derived from the graph, sorted. */
  readonly outside: readonly string[];
}

type InputOf<P extends Port> = P extends { many: true }
  ? readonly InputArtifact[]
  : P extends { optional: true }
    ? InputArtifact | null
    : InputArtifact;

export type Inputs<I extends Ports> = { readonly [K in keyof I]: InputOf<I[K]> };
/** Absolute path of an empty directory for every output port, to be filled by `run`. */
export type Outputs<O extends Ports> = { readonly [K in keyof O]: string };

/** Progress of a running stage; shown live, stored in the log and in the run's events. */
export interface Progress {
  readonly step: number;
  readonly total: number;
  /** Step that this attempt resumed from. */
  readonly from?: number;
  readonly loss?: number;
  /** Per second, of `unit`. */
  readonly throughput?: number;
  readonly unit?: string;
  /** What is being done, when a stage has several parts. */
  readonly phase?: string;
}

/** A pipeline as plain data: stages in topological order, edges as `stage.port`. */
export interface GraphDocument {
  readonly pipeline: string;
  readonly stages: readonly {
    readonly id: string;
    readonly use: string;
    readonly inputs: readonly { readonly port: string; readonly from: string }[];
  }[];
}

/** The arguments of a stage. */
export interface StageContext<P extends Params, I extends Ports, O extends Ports> {
  /** Tracked: only what is read enters the key. Read what is used and nothing else. */
  readonly params: ParamValues<P>;
  readonly inputs: Inputs<I>;
  readonly outputs: Outputs<O>;
  /**
   * A 32-bit seed for one purpose, derived from (pipeline seed, stage instance, purpose). Requesting any seed makes the
   * result depend on the pipeline's seed.
   */
  readonly seed: (purpose: string) => number;
  /**
   * The pipeline's seed itself, or the value of the axis `seed` that the stage lies on, for the protocol of a metric;
   * reading it makes the result depend on it.
   */
  readonly pipelineSeed: number;
  /** The pipeline that this stage belongs to, for pages that plot it; reading it makes the result depend on it. */
  readonly graph: GraphDocument;
  /**
   * Checkpoints of a part of a long computation, so that an interrupted or killed stage resumes. A stage that reads
   * `graph` has none, since they are found again whatever the rest of the pipeline is.
   */
  readonly checkpoints: (part: string) => Checkpoints;
  /**
   * Threads that the stage may spread its work over, as its `resources` say; the engine has as many. They are part of
   * the engine's identity and of nothing else: without the engine they must not change the result.
   */
  readonly threads: number;
  readonly progress: (progress: Progress) => void;
  readonly log: (line: string) => void;
  /** Shown to the user as well as logged. */
  readonly warn: (line: string) => void;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
}

export interface Declaration<P extends Params = Params, I extends Ports = Ports, O extends Ports = Ports> {
  /** `family/implementation`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly params: P;
  readonly inputs: I;
  readonly outputs: O;
  /** Uses the TensorFlow.js engine: it is started before `run`, and its identity enters the key. */
  readonly engine?: boolean;
  /** May read `truth`; its outputs may only go to stages that report and to `outputs:`. */
  readonly scores?: boolean;
  /** May read outputs of scoring stages; the same restriction holds for its own outputs. */
  readonly reports?: boolean;
  /**
   * Names the weights that a stage takes from outside: what learned them, on what, from which file. Every figure that
   * hangs on them says so.
   */
  outside?(params: ParamValues<P>): string;
  /** Folder of the user's cache in which `run` installs what it needs at first use; no other stage may write there. */
  readonly installs?: string;
  /** Environment variables that `run` reads; their values enter the key. */
  readonly env?: readonly string[];
  readonly resources?: Resources;
  /**
   * Param that sets only the length of the work: checkpoints of the same work under another value of it are offered,
   * too. The stage uses one only if it would itself have reached it.
   */
  readonly length?: string;
  /**
   * Downloads missing external files, before any key is computed. Must be safe to interrupt and to repeat.
   */
  prepare?(context: PrepareContext<P>): Promise<void>;
  run(context: StageContext<P, I, O>): Promise<void>;
}

export interface PrepareContext<P extends Params> {
  readonly params: ParamValues<P>;
  /** Absolute path of the workspace: what is downloaded belongs below it. */
  readonly workspace: string;
  readonly progress: (progress: Progress) => void;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Declares a stage; the file that calls it exports the result as its default.
 *
 * The declaration must stay light, since `twoshot stages` and plans load it: heavy imports are destructured
 * `await import()` inside `run`. It follows from the code alone, not from the environment or other files: it is kept, and
 * looked at again only when the code has changed.
 *
 * @example
 * export default defineStage({
 *   name: 'cluster/kmeans', summary: 'Spherical k-means on features',
 *   params: { clusters: integer({ default: 10, minimum: 2, doc: 'number of clusters' }) },
 *   inputs: { features: { kind: 'features', doc: 'rows to cluster' } },
 *   outputs: { assignments: { kind: 'assignments', doc: 'one partition per restart' } },
 *   async run({ params, inputs, outputs, seed }) { ... },
 * });
 * @throws TypeError where `length` is not a param, `installs` is no folder name, a former name is in use, or `resources`
 * are invalid
 */
export function defineStage<const P extends Params, const I extends Ports, const O extends Ports>(
  declaration: Declaration<P, I, O>,
): Declaration<P, I, O> {
  const { name, length, params, inputs, outputs, resources, installs } = declaration;
  checkResources(name, resources);
  if (length !== undefined && !Object.hasOwn(params, length))
    throw new TypeError(`${name} names '${length}' as its length, which is none of its params`);
  if (installs !== undefined && !/^[a-z][a-z0-9-]*$/.test(installs))
    throw new TypeError(`${name} installs in '${installs}', expected one folder name of lower-case letters`);
  for (const named of [params, inputs, outputs]) checkFormerNames(name, named);
  return declaration;
}

function checkFormerNames(stage: string, named: Readonly<Record<string, { readonly formerly?: string }>>): void {
  const formerly = Object.values(named).flatMap((one) => one.formerly ?? []);
  const taken = formerly.find((name, i) => Object.hasOwn(named, name) || formerly.indexOf(name) < i);
  if (taken !== undefined)
    throw new TypeError(`${stage} gives '${taken}', a former name, to more than one param or port`);
}

/** A mistake of the user that a stage found in its params or in external files; the message says what to do. */
export class StageInputError extends Error {
  override readonly name = 'StageInputError';
  /** Stable identifier for `--json`, e.g. `folder-empty`. */
  readonly code: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;

  constructor(code: string, message: string, where: { file?: string; line?: number; column?: number } = {}) {
    super(message);
    this.code = code;
    this.file = where.file ?? null;
    this.line = where.line ?? null;
    this.column = where.column ?? null;
  }
}

/**
 * Something external failed although the user made no mistake: e.g. a server that does not respond. The message says
 * what to do; no stack is shown.
 */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
  /** Stable identifier for `--json`, e.g. `download-broke-off`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
