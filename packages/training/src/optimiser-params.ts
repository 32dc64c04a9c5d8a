import type { NamedParameter, Optimiser } from '@twoshot/nn';
import { choice, flag, integer, number, optional, type ParamValues } from '@twoshot/stage';

const names = ['adamw', 'adam', 'sgd', 'lars', 'muon'] as const;

/** Params that say how weights follow from gradients; what differs in its default is given. */
export function optimiserParams(defaults: {
  optimiser: (typeof names)[number];
  weightDecay: number;
  nesterov?: boolean;
}) {
  const { optimiser, weightDecay, nesterov = false } = defaults;
  return {
    optimiser: choice(names, {
      default: optimiser,
      doc: 'adamw takes decay apart from the gradient, adam, sgd and lars with it; lars is for very large batches, muon orthogonalises the updates of convolution filters and takes adamw for the rest',
    }),
    momentum: number({ default: 0.9, minimum: 0, maximum: 1, doc: 'momentum of sgd and lars' }),
    nesterov: flag({ default: nesterov, doc: 'sgd and lars look ahead along their momentum' }),
    weightDecay: number({
      default: weightDecay,
      minimum: 0,
      doc: 'decay of filters and matrices; norms and biases take none',
    }),
    clip: optional(number({ minimum: 0, doc: 'norm' }), 'largest norm of all gradients together; null for no limit'),
    accumulate: integer({
      default: 1,
      minimum: 1,
      doc: 'batches a step, of whose gradients the mean counts: as good as one large batch where the loss is a mean over images, though batch norm sees them one by one',
    }),
  };
}

export type OptimiserParams = ParamValues<ReturnType<typeof optimiserParams>>;

/**
 * Creates optimisers as the params ask for; reads only those that it needs.
 *
 * @param moments of a method that needs others than usual, for adam, adamw and muon
 */
export async function createOptimiser(
  params: OptimiserParams,
  moments: { readonly beta2?: number } = {},
): Promise<(parameters: readonly NamedParameter[]) => Optimiser> {
  const { adam, adamW, lars, muon, sgd } = await import('@twoshot/nn');
  const { optimiser, weightDecay } = params;
  switch (optimiser) {
    case 'adamw':
      return (parameters) => adamW(parameters, { ...moments, weightDecay });
    case 'adam':
      return (parameters) => adam(parameters, { ...moments, weightDecay });
    case 'muon':
      return (parameters) => muon(parameters, { ...moments, weightDecay });
    case 'sgd':
    case 'lars': {
      const { momentum, nesterov } = params;
      const create = optimiser === 'sgd' ? sgd : lars;
      return (parameters) => create(parameters, { weightDecay, momentum, nesterov });
    }
    default:
      return optimiser satisfies never;
  }
}
