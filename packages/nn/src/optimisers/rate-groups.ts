import type { NamedParameter } from '../module.js';
import { type Optimiser, requireGradients } from './optimiser.js';

/** Parameters that learn at a rate of their own. */
export interface RateGroup {
  readonly parameters: readonly NamedParameter[];
  /** Share of the step's rate; 1 for the rate itself. */
  readonly factor: number;
}

/**
 * One optimiser out of several, each for a group of parameters with its own share of the rate (layer-wise rates of
 * Howard and Ruder 2018).
 *
 * @param create an optimiser of the parameters of a group
 */
export function withRateGroups(
  groups: readonly RateGroup[],
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
        optimiser.step(gradients.slice(first, first + length), { ...settings, rate: factor * settings.rate });
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
