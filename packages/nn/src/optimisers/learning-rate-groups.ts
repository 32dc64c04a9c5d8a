import type { NamedParameter } from '../module.js';
import { type Optimiser, requireGradients } from './optimiser.js';

/** Parameters with a learning rate of their own. */
export interface LearningRateGroup {
  readonly parameters: readonly NamedParameter[];
  /** Factor of the step's learning rate. */
  readonly factor: number;
}

/**
 * Combines several optimisers, each for a group of parameters with its own factor of the learning rate (layer-wise
 * rates of Howard and Ruder 2018).
 *
 * @param create an optimiser of the parameters of a group
 */
export function withLearningRateGroups(
  groups: readonly LearningRateGroup[],
  create: (parameters: readonly NamedParameter[]) => Optimiser,
): Optimiser {
  const optimisers = groups.map(({ parameters, factor }) => ({ factor, optimiser: create(parameters) }));
  const parameters = groups.flatMap((group) => group.parameters);
  return {
    parameters,
    state: optimisers.flatMap(({ optimiser }) => optimiser.state),
    step(gradients, settings) {
      requireGradients(parameters, gradients);
      let first = 0;
      for (const { factor, optimiser } of optimisers) {
        const { length } = optimiser.parameters;
        optimiser.step(gradients.slice(first, first + length), {
          ...settings,
          learningRate: factor * settings.learningRate,
        });
        first += length;
      }
    },
    resume(steps) {
      for (const { optimiser } of optimisers) optimiser.resume(steps);
    },
    dispose() {
      for (const { optimiser } of optimisers) optimiser.dispose();
    },
  };
}
