import { tf } from '@twoshot/engine';
import type { NamedBuffer } from '../module.js';

/** State of a training besides weights and optimiser; all of it is in checkpoints. */
export interface Remembered {
  /** Unique in a training. */
  readonly name: string;
  /** Number of values; a checkpoint of another length is not used. */
  readonly length: number;
  /** May be the array that changes later: copy it to keep it. */
  values(): Float32Array | Promise<Float32Array>;
  /** @param values [length] */
  restore(values: Float32Array): void;
  dispose(): void;
}

/** A variable of the engine as state. */
export function rememberVariable({ name, variable }: NamedBuffer): Remembered {
  return {
    name,
    length: variable.size,
    values: () => variable.data<'float32'>(),
    dispose: () => variable.dispose(),
    restore: (values) => tf.tidy(() => variable.assign(tf.tensor(values, variable.shape))),
  };
}
