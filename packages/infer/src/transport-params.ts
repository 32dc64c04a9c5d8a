import { choice, integer, number, numbers, type ParamValues, StageInputError } from '@twoshot/stage';

/** Params of stages that share rows out among classes by optimal transport. */
export const transportParams = (initial: { lambda: number; alpha: number; iterations: number; source: string }) => ({
  prior: choice(['uniform', 'given', 'estimated'], {
    default: 'uniform',
    doc: 'shares of the classes among the reference: even, those of `shares`, or even at first and then moved to what rows say',
  }),
  shares: numbers({
    default: [],
    minimum: 0,
    doc: 'share of each class, in the order of the classes; read when prior is given',
  }),
  lambda: number({
    default: initial.lambda,
    minimum: 0.01,
    doc: `inverse regularisation of the plan (${initial.source}: ${initial.lambda})`,
  }),
  alpha: number({
    default: initial.alpha,
    minimum: 0,
    maximum: 1,
    doc: `step of the centres (${initial.source}: ${initial.alpha})`,
  }),
  iterations: integer({
    default: initial.iterations,
    minimum: 0,
    doc: `plans and steps (${initial.source}: ${initial.iterations})`,
  }),
});

export type TransportParams = ParamValues<ReturnType<typeof transportParams>>;

/** The shares of the classes that a run starts from, of sum 1. */
export function sharesOf(
  { prior, shares }: { readonly prior: string; readonly shares: readonly number[] },
  classNames: readonly string[],
): number[] {
  if (prior !== 'given') return classNames.map(() => 1 / classNames.length);
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.length !== classNames.length || total === 0)
    throw new StageInputError(
      'wrong-shares',
      `prior 'given' needs ${classNames.length} \`shares\` (of ${classNames.join(', ')}) that are not all 0, got [${shares.join(', ')}]`,
    );
  return shares.map((share) => share / total);
}
