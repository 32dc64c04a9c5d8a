/** A stream of pseudo-random numbers: the same seed gives the same stream on every machine. */
export interface Random {
  /** A number in [0, 1) with 53 random bits. */
  next(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
  /** A standard normal number. */
  normal(): number;
  /** Shuffles in place, every order being equally likely. */
  shuffle(values: Uint32Array): void;
  /** A stream of its own for a purpose; it does not depend on how much was drawn from this one. */
  fork(purpose: string | number): Random;
}

/**
 * A random stream from a seed (sfc32, Chris Doty-Humphrey's PractRand; state filled by a 32-bit mix of the seed).
 *
 * @param seed any finite number; all 53 bits of a safe integer count
 * @throws RangeError when the seed is not finite
 * @example
 * ```ts
 * const random = createRandom(7);
 * const order = Uint32Array.from({ length: 100 }, (_, index) => index);
 * random.fork('order').shuffle(order);
 * ```
 */
export function createRandom(seed: number): Random {
  if (!Number.isFinite(seed)) throw new RangeError(`a seed must be a finite number, got ${seed}`);
  const whole = Math.floor(seed);
  // A fraction counts too, so that 0.1 and 0.2 are different seeds.
  const words = [whole, whole / 4294967296, (seed - whole) * 4294967296].map((word) => Math.floor(word) >>> 0);
  return new Sfc32(absorb({ low: 0x9e3779b9, high: 0x243f6a88 }, words));
}

/** Two independent 32-bit hashes: forks for millions of images do not meet by chance. */
interface Key {
  readonly low: number;
  readonly high: number;
}

class Sfc32 implements Random {
  readonly #key: Key;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal: number | null = null;

  constructor(key: Key) {
    this.#key = key;
    this.#a = key.low;
    this.#b = key.high;
    this.#c = mix(key.low, key.high);
    for (let round = 0; round < 12; round++) this.#word();
  }

  next(): number {
    const high = this.#word() >>> 5;
    const low = this.#word() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1) throw new RangeError(`below must be an integer > 0, got ${below}`);
    return Math.floor(this.next() * below);
  }

  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    // Box and Muller; 1 - next() is in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  shuffle(values: Uint32Array): void {
    for (let last = values.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const kept = values[last] ?? 0;
      values[last] = values[other] ?? 0;
      values[other] = kept;
    }
  }

  fork(purpose: string | number): Random {
    const text = typeof purpose === 'number' ? `#${purpose}` : purpose;
    const words = Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
    return new Sfc32(absorb(this.#key, [words.length, ...words]));
  }

  #word(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }
}

function absorb(key: Key, words: readonly number[]): Key {
  let { low, high } = key;
  for (const word of words) {
    low = mix(low, word);
    high = mix(high, word);
  }
  return { low, high };
}

/** Murmur3's finaliser over a running key: every input bit reaches every output bit. */
function mix(key: number, word: number): number {
  let hash = (Math.imul(key ^ (key >>> 15), 0x85ebca6b) + Math.imul(word ^ 0x5bd1e995, 0xcc9e2d51)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
