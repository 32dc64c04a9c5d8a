import type { Kind } from '@twoshot/artifact';
import type { Checkpoints } from './checkpoint.js';
import type { Params, ParamValues } from './params.js';
import { checkResources, type Resources } from './resources.js';

/** A typed place where artifacts enter or leave a stage. */
export interface Port {
  readonly kind: Kind;
  /** One sentence: what is expected or given. */
  readonly doc: string;
  /** Input only: takes a list, and collects the axis of a matrix. */
  readonly many?: boolean;
  /** Input only: may be left unwired. */
  readonly optional?: boolean;
  /**
   * Input only: its rows are answered one by one and change nothing but their own answer, so they do not count as
   * seen by the result. This is what makes a result inductive; the runner derives the rest from the graph.
   */
  readonly query?: boolean;
  /**
   * Output only: names of the inputs that it comes from, where not all of them had a part in it. The others do not
   * count for what it holds and has seen.
   */
  readonly from?: readonly string[];
  /**
   * Output only: name of the image set (`train`, `test`, ...) that enters the pipeline here. Without it an output
   * holds the sets of the inputs that it comes from.
   */
  readonly set?: string;
  /** Output only, of kind `metrics`: its values are shown when a run ends, as means over draws. */
  readonly shown?: boolean;
  /** Name that the port had in earlier versions: a pipeline that still wires it is refused, and told the new one. */
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
  /** Image sets that had a part in how it came out (see `Port.query`), derived from the graph, sorted. */
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

/** What a running stage tells; shown live, kept in the log and in the run's events. */
export interface Progress {
  readonly step: number;
  readonly total: number;
  /** Step that an earlier attempt had come to and this one went on from. */
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

/** All that a stage gets. */
export interface StageContext<P extends Params, I extends Ports, O extends Ports> {
  /** Tracked: only what is read enters the key. Read what is used and nothing else. */
  readonly params: ParamValues<P>;
  readonly inputs: Inputs<I>;
  readonly outputs: Outputs<O>;
  /**
   * A 32-bit seed for one purpose, derived from (pipeline seed, stage instance, purpose). Asking for any seed
   * makes the result depend on the pipeline's seed.
   */
  readonly seed: (purpose: string) => number;
  /** The pipeline's seed itself, for the protocol of a figure; reading it makes the result depend on it. */
  readonly pipelineSeed: number;
  /** The pipeline that this stage belongs to, for pages that draw it; reading it makes the result depend on it. */
  readonly graph: GraphDocument;
  /**
   * Where a part of a long computation is kept, so that a stage that was interrupted or killed goes on from there. A
   * stage that looks at `graph` has none, since they are found again whatever the rest of the pipeline is.
   */
  readonly checkpoints: (part: string) => Checkpoints;
  /**
   * Threads that the stage may spread its work over, as its `resources` say; the engine has as many. They are part of
   * the engine's identity and of nothing else: without the engine they must not change what comes out.
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
  /** Takes the TensorFlow.js engine: it is started before `run`, and its identity enters the key. */
  readonly engine?: boolean;
  /** May take `answers`; what it emits is scored and goes to stages that report, and to `outputs:`, only. */
  readonly scores?: boolean;
  /** May take what comes from scoring; so does what it emits. */
  readonly reports?: boolean;
  /**
   * Names the weights that a stage takes from outside: what learned them, on what, from which file. Every figure that
   * hangs on them says so.
   */
  outside?(params: ParamValues<P>): string;
  /** Environment variables that `run` reads; their values enter the key. */
  readonly env?: readonly string[];
  readonly resources?: Resources;
  /**
   * Param that says how far the stage goes and nothing else: checkpoints of the same work under another value of it
   * are offered too. The stage takes one only if it would itself have come to it.
   */
  readonly length?: string;
  /**
   * Brings external files that are not there yet (a download), before any key is computed. Must be safe to
   * interrupt and to repeat.
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
 *   outputs: { assignments: { kind: 'assignments', doc: 'one partition a restart' } },
 *   async run({ params, inputs, outputs, seed }) { ... },
 * });
 * @throws TypeError where `length` is no param, a former name is in use, or `resources` are not what they may be
 */
export function defineStage<const P extends Params, const I extends Ports, const O extends Ports>(
  declaration: Declaration<P, I, O>,
): Declaration<P, I, O> {
  const { name, length, params, inputs, outputs, resources } = declaration;
  checkResources(name, resources);
  if (length !== undefined && !Object.hasOwn(params, length))
    throw new TypeError(`${name} names '${length}' as its length, which is none of its params`);
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
  /** Stable word for `--json`, e.g. `folder-empty`. */
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
 * Something outside that a stage needs did not do its part though nobody made a mistake: a server that does not answer.
 * The message says what to do; no stack is shown.
 */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
  /** Stable word for `--json`, e.g. `download-broke-off`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
