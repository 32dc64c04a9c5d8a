/** A position in a text that the user wrote. */
export interface Where {
  /** Absolute path, or `command line`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** Characters to underline; 1 if absent. */
  readonly length?: number;
  /** The whole line, so that it can be shown without rereading the file. */
  readonly text?: string;
}

/** `file` of a mistake in the arguments of the command. */
export const commandLine = 'command line';

/** What is wrong with a pipeline file, its stages or the arguments that change it. */
type PipelineCode =
  /** Neither a file nor a pipeline under `pipelines/` has that name. */
  | 'pipeline-not-found'
  /** The file cannot be read, or is not UTF-8. */
  | 'file-unreadable'
  /** A file, a name, or what aliases, `${name}` and matrices make of it, goes beyond a limit. */
  | 'too-large'
  | 'yaml-syntax'
  /** A duplicate key in a map. */
  | 'duplicate-key'
  /** An unknown key in a pipeline file. */
  | 'unknown-key'
  /** A required key is missing. */
  | 'missing-key'
  /** A map instead of a list, and the like. */
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
  /** An axis is empty, repeats a value, or conflicts with another one of the same name. */
  | 'bad-axis'
  /** Draws were requested, but no stage has a drawn param. */
  | 'no-draw'
  /** Stages or pipeline params depend on each other. */
  | 'cycle'
  | 'extends-cycle'
  /** Two outputs have the same file name. */
  | 'duplicate-output'
  /** Hidden labels would reach a stage that does not score. */
  | 'hidden-labels'
  /** The catalogue of a package is malformed. */
  | 'broken-catalogue'
  /** Two packages have a stage of the same name. */
  | 'duplicate-stage'
  /** The file of a stage cannot be loaded, or does not export a declaration. */
  | 'broken-stage';

/** What is wrong outside the pipeline file. */
type RunCode =
  /** An unknown command or option, or an option's value. */
  | 'command-line'
  /** An environment variable of Twoshot has an invalid value. */
  | 'environment'
  /** What is asked for is no result, or holds not what is needed of it. */
  | 'result'
  /** The store was written by another version, or is not a store. */
  | 'store-format'
  /** No package offers a store of that scheme. */
  | 'unknown-store'
  /** The events of a run have another format. */
  | 'event-format'
  | 'store-read-only'
  /** Something else stands where the store keeps a file or a folder. */
  | 'store-damaged'
  /** The store was moved or deleted during a run. */
  | 'store-gone'
  | 'disk-full'
  /** The cache of a workspace cannot be written. */
  | 'cache-not-writable'
  /** What an external param names cannot be read. */
  | 'path-unreadable'
  /** The limit of open files of this process is too low. */
  | 'too-many-files'
  /** The selected engine is not available here. */
  | 'engine-unavailable';

interface FailureParts {
  /** What is wrong, in one line without a full stop. */
  readonly message: string;
  readonly where: Where | null;
  readonly expected?: string;
  /** The value and its type. */
  readonly found?: string;
  /** The nearest valid name, without quotes. */
  readonly nearest?: string;
  /** What to do or to type next. */
  readonly next?: string;
  /** Related positions, each with a label. */
  readonly related?: readonly { readonly label: string; readonly where: Where }[];
}

interface PipelineFailure extends FailureParts {
  readonly code: PipelineCode;
}

interface RunFailure extends FailureParts {
  readonly code: RunCode;
}

/** A `StageInputError` thrown by a stage. */
interface StageInputFailure extends FailureParts {
  readonly code: 'stage-input';
  /** Id of the stage. */
  readonly stage: string;
  /** Code of the `StageInputError`, e.g. `folder-empty`. */
  readonly reason: string;
}

/** Every mistake that a user can make; anything else is a bug and is thrown. */
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
