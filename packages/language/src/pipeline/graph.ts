import type { Description } from '@twoshot/stage';
import type { Where } from '@twoshot/diagnostics';
import type { Catalogue, StageLoader } from '../catalogue/catalogue.js';
import type { Note } from './notes.js';

/** A value of an axis. */
export type AxisValue = string | number | boolean;

/** An output port of a stage of the graph. */
export interface Edge {
  /** Id of the stage that gives it. */
  readonly stage: string;
  readonly port: string;
}

/** One stage to run: an instance of the pipeline at one point of its matrix. */
export interface StageNode {
  /** Unique in the graph: `backbone`, `backbone@seed=1`, `backbone@seed=1,lr=0.1` (`seed` first, the others sorted). */
  readonly id: string;
  /** Name in the pipeline file. */
  readonly instance: string;
  /** `family/implementation`. */
  readonly use: string;
  readonly declaration: Description;
  /** Absolute path of the stage's file. */
  readonly entry: string;
  /** Own and inherited axes, in the order of the id. */
  readonly axes: Readonly<Record<string, AxisValue>>;
  /** The values given, interpolated and valid; defaults are not filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Where each param was written. */
  readonly paramSources: Readonly<Record<string, Where>>;
  /**
   * Value of the axis `seed` of this stage's own matrix: it replaces the derived seed. An axis `seed` that is inherited
   * from upstream stages is in `axes` and enters the derived seed like any other axis.
   */
  readonly seedAxis: number | null;
  /**
   * One entry for every input port of the declaration: a list for `many` ports, null where an optional port is not
   * wired.
   */
  readonly inputs: Readonly<Record<string, Edge | readonly Edge[] | null>>;
  /** Where the instance is named. */
  readonly where: Where;
}

/** An artifact that a run exports for the user. */
export interface PipelineOutput {
  /** Name under `outputs:`, with the axes where the stage has some: `submission`, `submission@seed=1`. */
  readonly name: string;
  /** Id of the stage. */
  readonly stage: string;
  readonly port: string;
  /** `<name>.<port>`, e.g. `submission.csv`; unique in the graph, ignoring case. */
  readonly fileName: string;
}

/** A pipeline that is valid: every edge exists and fits, every param is valid, no hidden label leaks. */
export interface Graph {
  /** `pipeline:` of the file, else the file's name. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly seed: number;
  /** Pipeline params after `--set`. */
  readonly params: Readonly<Record<string, unknown>>;
  /** In topological order, ties in the order of the file. */
  readonly stages: readonly StageNode[];
  readonly outputs: readonly PipelineOutput[];
  /** What the file may not mean as it is written. */
  readonly notes: readonly Note[];
}

export interface LoadOptions {
  /** Absolute path of the workspace root. */
  readonly workspace: string;
  /** `stage.param=value` or `params.name=value`; the last one wins. */
  readonly set: readonly string[];
  /** Absolute path of the folder in which `set` was typed: paths in it are relative to it; the workspace if absent. */
  readonly cwd?: string;
  /** Replaces the pipeline's seed. */
  readonly seed?: number;
  /** Replaces every param that is declared as `drawn`. */
  readonly draw?: number;
  /** From an earlier `discoverCatalogue`; discovered if absent. */
  readonly catalogue?: Catalogue;
  /** Says what a stage declares; its file is imported if absent. */
  readonly load?: StageLoader;
}
