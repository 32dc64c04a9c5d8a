/** The random numbers of one view. */
export interface ViewRandom {
  /** Starts the sequence that belongs to (seed, step, image index, view). */
  start(seed: number, step: number, index: number, view: number): void;
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform between the two ends of a range. */
  between(range: readonly [number, number]): number;
  /** An integer in 0..below-1. */
  integer(below: number): number;
}

/**
 * A generator that can be restarted for every view in a few nanoseconds, so that a view depends on these numbers alone
 * and not on its worker. The state is hashed (MurmurHash3's finaliser) from the four numbers; the sequence is sfc32
 * (Doty-Humphrey, PractRand).
 */
export function createViewRandom(): ViewRandom {
  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 1;

  let hash = 0;

  function mix(value: number): number {
    hash = ((hash ^ value) + 0x9e3779b9) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    return hash;
  }
  function bits(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  }
  function next(): number {
    return bits() / 4294967296;
  }

  return {
    start(seed, step, index, view) {
      hash = 0;
      mix(seed);
      a = mix(step);
      b = mix(index);
      c = mix(view);
      counter = 1;
      for (let round = 0; round < 6; round++) bits();
    },
    next,
    between: (range) => range[0] + (range[1] - range[0]) * next(),
    integer: (below) => Math.floor(next() * below),
  };
}
