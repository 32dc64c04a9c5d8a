import type { Port } from '@twoshot/stage';
import type { Where } from '@twoshot/diagnostics';
import type { LoadedStage } from '../catalogue/catalogue.js';
import type { AxisValue } from './graph.js';
import type { Entries, Located } from '../yaml/located.js';
import type { Reference } from './reference.js';

/** A stage of the pipeline, checked, before its matrix is unfolded. */
export interface Instance {
  readonly name: string;
  readonly where: Where;
  readonly stage: LoadedStage;
  readonly params: Entries;
  /** The axes of its own matrix. */
  readonly axes: ReadonlyMap<string, Axis>;
  /** Axes of its inputs that its `many` ports do not collect over. */
  readonly keep: readonly Located[];
  /** One entry for every input port of the declaration. */
  readonly inputs: ReadonlyMap<string, Wiring>;
}

export interface Axis {
  readonly where: Where;
  /** Not empty, values distinct. */
  readonly values: readonly AxisValue[];
}

export interface Wiring {
  readonly port: Port;
  /** Empty where nothing is wired. */
  readonly references: readonly Reference[];
}

/** In file order. */
export type Instances = ReadonlyMap<string, Instance>;
