/** A place in a text that the user wrote. */
export interface Where {
  /** Absolute path, or `command line`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** Characters to underline; 1 if absent. */
  readonly length?: number;
  /** The whole line, so that it can be shown without reading the file again. */
  readonly text?: string;
}

/** `file` of a mistake in the arguments of the command. */
export const commandLine = 'command line';

/** What is wrong with a pipeline file, its stages or the arguments that change it. */
type PipelineCode =
  /** No file of that name, nor a pipeline under `pipelines/`. */
  | 'pipeline-not-found'
  /** The file cannot be read, or is no UTF-8. */
  | 'file-unreadable'
  /** A file, a name, or what aliases, `${name}` and matrices make of it, goes beyond a limit. */
  | 'too-large'
  | 'yaml-syntax'
  /** A key twice in one map. */
  | 'duplicate-key'
  /** A key that the pipeline file does not know. */
  | 'unknown-key'
  /** A key that must be there is not. */
  | 'missing-key'
  /** A map where a list belongs, and the like. */
  | 'wrong-shape'
  /** The name of a stage, output or axis has characters that names may not have. */
  | 'bad-name'
  /** `use` names no stage of the catalogue. */
  | 'unknown-stage'
  /** An edge or `--set` names no stage of this pipeline. */
  | 'unknown-instance'
  /** An edge is not written as `stage.port`. */
  | 'bad-reference'
  /** The stage has no such port. */
  | 'unknown-port'
  /** A list on a port that takes one artifact. */
  | 'not-many'
  /** A required input is not wired. */
  | 'missing-input'
  /** The port takes another kind of artifact. */
  | 'wrong-kind'
  | 'unknown-param'
  /** A param without a default is not given. */
  | 'missing-param'
  /** The value of a param does not fit its schema. */
  | 'wrong-value'
  /** `${name}` or `--set params.name` names no param of the pipeline. */
  | 'unknown-pipeline-param'
  /** `${name}` stands in a text, but its value is a list or a map. */
  | 'bad-interpolation'
  /** `--set` is not written as `stage.param=value`. */
  | 'bad-set'
  /** An axis is empty, has a value twice, or clashes with another one of the same name. */
  | 'bad-axis'
  /** Draws are asked for, but no stage has a param that is drawn. */
  | 'no-draw'
  /** Stages or pipeline params need each other. */
  | 'cycle'
  | 'extends-cycle'
  /** Two outputs would be one file. */
  | 'duplicate-output'
  /** Hidden labels would reach something that is not scoring. */
  | 'hidden-labels'
  /** The catalogue of a package is malformed. */
  | 'broken-catalogue'
  /** Two packages have a stage of the same name. */
  | 'duplicate-stage'
  /** The file of a stage cannot be loaded, or is no declaration. */
  | 'broken-stage';

/** What is wrong around a run. */
type RunCode =
  /** An unknown command or option, or an option's value. */
  | 'command-line'
  /** An environment variable of Twoshot has no value that it may have. */
  | 'environment'
  /** The store was written by another version, or is none. */
  | 'store-format'
  /** No package offers a store of that scheme. */
  | 'unknown-store'
  /** The events of a run are of another format. */
  | 'event-format'
  | 'store-read-only'
  /** Something else stands where the store keeps a file or a folder. */
  | 'store-damaged'
  /** The store was moved or deleted during a run. */
  | 'store-gone'
  | 'disk-full'
  /** What is kept about code and files of a workspace cannot be written. */
  | 'cache-not-writable'
  /** What an external param names cannot be read. */
  | 'path-unreadable'
  /** The engine that was asked for cannot be had here. */
  | 'engine-unavailable';

interface FailureParts {
  /** One line without a full stop: what is wrong. */
  readonly message: string;
  readonly where: Where | null;
  readonly expected?: string;
  /** The value and its type. */
  readonly found?: string;
  /** The nearest valid name, without quotes. */
  readonly nearest?: string;
  /** What to do or to type next. */
  readonly next?: string;
  /** Other places that explain it, each with a few words. */
  readonly related?: readonly { readonly label: string; readonly where: Where }[];
}

interface PipelineFailure extends FailureParts {
  readonly code: PipelineCode;
}

interface RunFailure extends FailureParts {
  readonly code: RunCode;
}

/** A `StageInputError` that a stage threw. */
interface StageInputFailure extends FailureParts {
  readonly code: 'stage-input';
  /** Id of the stage. */
  readonly stage: string;
  /** Code of the `StageInputError`, e.g. `folder-empty`. */
  readonly reason: string;
}

/** Every mistake that a user can make; all else is a bug and is thrown. */
export type Failure = PipelineFailure | RunFailure | StageInputFailure;

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failures: readonly Failure[] };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });

export const failed = (
  ...failures: readonly Failure[]
): { readonly ok: false; readonly failures: readonly Failure[] } => ({
  ok: false,
  failures,
});
