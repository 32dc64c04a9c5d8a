/** A setting that depends on the optimiser step (from 0): a learning rate, a momentum, a temperature. */
export type Schedule = (step: number) => number;

/** The values of steps 0 .. `count` - 1. */
export function valuesOf(schedule: Schedule, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, step) => schedule(step));
}

export const constant =
  (value: number): Schedule =>
  () =>
    value;
