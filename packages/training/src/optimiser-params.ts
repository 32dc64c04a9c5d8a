import type { NamedParameter, Optimiser } from '@twoshot/nn';
import { choice, flag, integer, number, optional, type ParamValues } from '@twoshot/stage';

const names = ['adamw', 'adam', 'sgd', 'lars', 'muon'] as const;

/** Params of the optimiser; arguments set the defaults that differ. */
export function optimiserParams(defaults: {
  optimiser: (typeof names)[number];
  weightDecay: number;
  nesterov?: boolean;
}) {
  const { optimiser, weightDecay, nesterov = false } = defaults;
  return {
    optimiser: choice(names, {
      default: optimiser,
      doc: 'adamw decouples weight decay from the gradient, adam, sgd and lars do not; lars is for very large batches, muon orthogonalises the updates of convolution filters and uses adamw for the rest',
    }),
    momentum: number({ default: 0.9, minimum: 0, maximum: 1, doc: 'momentum of sgd and lars' }),
    nesterov: flag({ default: nesterov, doc: 'Nesterov momentum for sgd and lars' }),
    weightDecay: number({
      default: weightDecay,
      minimum: 0,
      doc: 'weight decay of filters and matrices; norms and biases have none',
    }),
    clip: optional(number({ minimum: 0, doc: 'norm' }), 'maximum norm of all gradients together; null for no limit'),
    accumulate: integer({
      default: 1,
      minimum: 1,
      doc: 'batches per step, whose gradients are averaged: equal to one large batch where the loss is a mean over images, except that batch norm sees them one by one',
    }),
  };
}

export type OptimiserParams = ParamValues<ReturnType<typeof optimiserParams>>;

/**
 * Creates optimisers from the params; reads only those that it needs.
 *
 * @param moments of adam, adamw and muon, for a method that needs unusual ones
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
