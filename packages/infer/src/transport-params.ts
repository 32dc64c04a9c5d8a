import { choice, integer, number, numbers, type ParamValues, StageInputError } from '@twoshot/stage';

/** Params of stages that assign rows to classes by optimal transport. */
export const transportParams = (initial: { lambda: number; alpha: number; iterations: number; source: string }) => ({
  prior: choice(['uniform', 'given', 'estimated'], {
    default: 'uniform',
    doc: 'class proportions in the reference: uniform, given by `shares`, or estimated from the rows, starting uniform',
  }),
  shares: numbers({
    default: [],
    minimum: 0,
    doc: 'proportion of each class, in class order; only when prior is given',
  }),
  lambda: number({
    default: initial.lambda,
    minimum: 0.01,
    doc: `inverse regularisation of the transport plan (${initial.source}: ${initial.lambda})`,
  }),
  alpha: number({
    default: initial.alpha,
    minimum: 0,
    maximum: 1,
    doc: `step size of the centres (${initial.source}: ${initial.alpha})`,
  }),
  iterations: integer({
    default: initial.iterations,
    minimum: 0,
    doc: `iterations of plan and centre step (${initial.source}: ${initial.iterations})`,
  }),
});

export type TransportParams = ParamValues<ReturnType<typeof transportParams>>;

/** The initial class proportions, of sum 1. */
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
