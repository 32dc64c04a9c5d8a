const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Gamma(x) for x > 0, to about 15 digits (Lanczos' approximation, g = 7). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const base = x + 6.5;
  const series = lanczos.reduce((sum, coefficient, i) => sum + (i === 0 ? coefficient : coefficient / (x + i - 1)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(series);
}

const tiny = 1e-300;
const guard = (value: number): number => (Math.abs(value) < tiny ? tiny : value);

/** Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction (DLMF 8.17.22). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only on this side.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** P(Z > z) of the standard normal distribution. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  return z < 3 ? 0.5 - centralNormal(z) : outerNormal(z);
}

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** P(0 < Z < z) by its power series (DLMF 7.6.2). */
function centralNormal(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; n < 200 && term > sum * 1e-17; n++) {
    term *= (z * z) / (2 * n + 1);
    sum += term;
  }
  return sum * density(z);
}

/** P(Z > z) for z >= 3 by Laplace's continued fraction, from its inner end. */
function outerNormal(z: number): number {
  let fraction = z;
  for (let n = 120; n >= 1; n--) fraction = z + n / fraction;
  return density(z) / fraction;
}

/** P(T > t) of Student's t distribution. */
export function studentTail(t: number, degreesOfFreedom: number): number {
  const half = incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2;
  return t < 0 ? 1 - half : half;
}

/** The value with upper tail `probability`, of a distribution that is symmetric about 0. */
export function upperQuantile(tail: (value: number) => number, probability: number): number {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`expected a probability in (0, 1), got ${probability}`);
  if (probability > 0.5) return -upperQuantile(tail, 1 - probability);
  let [low, high] = [0, 1];
  while (tail(high) > probability) [low, high] = [high, high * 2];
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const midpoint = (low + high) / 2;
    if (tail(midpoint) > probability) low = midpoint;
    else high = midpoint;
  }
  return (low + high) / 2;
}
