import { tf } from '@twoshot/engine';
import type { NamedBuffer } from '../module.js';

/** What a training remembers from one step to the next beside weights and optimiser; all of it lies in checkpoints. */
export interface Remembered {
  /** Unique in a training. */
  readonly name: string;
  /** Numbers that it holds; a checkpoint of another length is not taken. */
  readonly length: number;
  /** May be the very array that changes later: who keeps it copies it. */
  values(): Float32Array | Promise<Float32Array>;
  /** @param values [length] */
  restore(values: Float32Array): void;
  dispose(): void;
}

/** A variable of the engine as something that is remembered. */
export function rememberVariable({ name, variable }: NamedBuffer): Remembered {
  return {
    name,
    length: variable.size,
    values: () => variable.data<'float32'>(),
    dispose: () => variable.dispose(),
    restore: (values) => tf.tidy(() => variable.assign(tf.tensor(values, variable.shape))),
  };
}
