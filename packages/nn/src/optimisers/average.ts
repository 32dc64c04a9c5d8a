import { tf, updateAverages } from '@twoshot/engine';
import type { NamedBuffer } from '../module.js';
import { variableOf } from '../variable.js';

/** An exponential average of variables over the steps: the weights of a teacher, or a smoother result. */
export interface Average {
  /** The averages, under the names of what they average. */
  readonly averages: readonly NamedBuffer[];
  /** average = decay x average + (1 - decay) x value */
  update(decay: number): void;
  /** Replaces the averaged variables by their averages. */
  adopt(): void;
  dispose(): void;
}

/** Starts at the present values. */
export function averageOf(values: readonly NamedBuffer[]): Average {
  const averages = values.map(({ name, variable }) => {
    const average = variableOf(variable.shape, 0, false);
    average.assign(variable);
    return { name, variable: average };
  });
  return {
    averages,
    update(decay) {
      updateAverages(
        averages.map(({ variable: average }, i) => ({ average, value: values[i]!.variable })),
        decay,
      );
    },
    adopt() {
      for (const [i, { variable }] of values.entries()) variable.assign(averages[i]!.variable);
    },
    dispose: () => tf.dispose(averages.map(({ variable }) => variable)),
  };
}
