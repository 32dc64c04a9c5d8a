import type { Schedule } from './schedule.js';

export interface OneCycleOptions {
  readonly maximum: number;
  readonly total: number;
  /** Share of the steps in which the learning rate rises. */
  readonly rise?: number;
  readonly anneal?: 'cos' | 'linear';
  /** maximum / first learning rate */
  readonly divFactor?: number;
  /** first learning rate / last learning rate */
  readonly finalDivFactor?: number;
  /** Momentum at the top learning rate. */
  readonly baseMomentum?: number;
  /** Momentum at both ends. */
  readonly maxMomentum?: number;
}

/**
 * The 1cycle policy (Smith and Topin 2018) in PyTorch's two phases: the rise ends at the fractional step
 * `rise * total - 1`, the fall at step `total - 1`; momentum runs the other way.
 */
export function oneCycle(options: OneCycleOptions): { learningRate: Schedule; momentum: Schedule } {
  const { maximum, total, rise = 0.3, anneal = 'cos', divFactor = 25, finalDivFactor = 1e4 } = options;
  const { baseMomentum = 0.85, maxMomentum = 0.95 } = options;
  const first = maximum / divFactor;
  const top = rise * total - 1;
  const between = anneal === 'cos' ? alongCosine : alongLine;
  const phases =
    (atStart: number, atTop: number, atEnd: number): Schedule =>
    (step) =>
      step <= top
        ? between(atStart, atTop, top === 0 ? 1 : step / top)
        : between(atTop, atEnd, (step - top) / (total - 1 - top));
  return {
    learningRate: phases(first, maximum, first / finalDivFactor),
    momentum: phases(maxMomentum, baseMomentum, maxMomentum),
  };
}

const alongCosine = (from: number, to: number, share: number): number =>
  to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);

const alongLine = (from: number, to: number, share: number): number => from + (to - from) * share;
