import type { MlpOptions } from '@twoshot/nn';

/** The heads that methods have in common. The weights of each are drawn by the seed of its name. */
export async function headsOf(seed: (purpose: string) => number) {
  const { createRandom } = await import('@twoshot/engine/random');
  const { createPart, mlpPart, prototypesPart } = await import('@twoshot/model');
  return {
    /** From features [batch, widths[0]] to the space of the loss [batch, widths.at(-1)]. */
    projector: (widths: readonly number[], options: Omit<MlpOptions, 'widths'> = {}) =>
      createPart(mlpPart, { architecture: { widths, ...options } }, createRandom(seed('projector'))),
    /** From a projection to that of another view. */
    predictor: (widths: readonly number[]) =>
      createPart(mlpPart, { takes: 'projector', architecture: { widths } }, createRandom(seed('predictor'))),
    /** Directions [count, dim] that projections are compared with. */
    prototypes: (dim: number, count: number) =>
      createPart(
        prototypesPart,
        { takes: 'projector', architecture: { dim, count } },
        createRandom(seed('prototypes')),
      ),
  };
}
