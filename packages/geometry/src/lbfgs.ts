/** A function's value and slope at a point. */
export interface Evaluated {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface LbfgsOptions {
  /** Most steps; each evaluates the function once or a few times. */
  readonly steps: number;
  /** Norm of the gradient, as a share of that at the start, at which it is done. */
  readonly tolerance: number;
  /** Called after each step. */
  readonly afterStep?: (step: number) => Promise<void>;
}

/** A difference of two points and of their gradients. */
interface Pair {
  readonly move: Float64Array;
  readonly turn: Float64Array;
  /** Their dot product, above 0. */
  readonly product: number;
}

const memory = 10;

/**
 * Minimises a smooth convex function by L-BFGS with a backtracking line search (Nocedal and Wright 2006, algorithm 7.5).
 *
 * @param start [n], not changed
 * @returns the last point, at which the function is the lowest that was found
 */
export async function minimise(
  evaluate: (point: Float64Array) => Evaluated,
  start: Float64Array,
  { steps, tolerance, afterStep }: LbfgsOptions,
): Promise<Float64Array> {
  let point = start;
  let current = evaluate(point);
  const goal = tolerance * norm(current.gradient);
  const pairs: Pair[] = [];
  for (let step = 0; step < steps && norm(current.gradient) > goal; step++) {
    const direction = descent(current.gradient, pairs);
    const next = backtrack(evaluate, point, current, direction);
    // Rounding hides every further descent.
    if (next === null) break;
    const move = difference(next.point, point);
    const turn = difference(next.gradient, current.gradient);
    const product = dot(move, turn);
    if (product > 1e-12 * dot(turn, turn)) pairs.push({ move, turn, product });
    if (pairs.length > memory) pairs.shift();
    point = next.point;
    current = next;
    await afterStep?.(step + 1);
  }
  return point;
}

/** The inverse of the remembered curvature times the gradient, downwards. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const factors = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { move, turn, product } = pairs[i]!;
    factors[i] = dot(move, direction) / product;
    addScaled(direction, turn, -factors[i]!);
  }
  const last = pairs.at(-1);
  // Before any curvature is known the first step has unit length.
  const scale = last === undefined ? 1 / Math.max(norm(gradient), 1e-30) : last.product / dot(last.turn, last.turn);
  for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  for (const [i, { move, turn, product }] of pairs.entries())
    addScaled(direction, move, factors[i]! - dot(turn, direction) / product);
  return direction;
}

/** Halves the step until the value falls enough; null where rounding lets it fall no more. */
function backtrack(
  evaluate: (point: Float64Array) => Evaluated,
  point: Float64Array,
  { value, gradient }: Evaluated,
  direction: Float64Array,
): (Evaluated & { readonly point: Float64Array }) | null {
  const slope = dot(gradient, direction);
  for (let size = 1; size > 1e-6; size /= 2) {
    const next = point.map((at, i) => at + size * direction[i]!);
    const found = evaluate(next);
    if (found.value <= value + 1e-4 * size * slope) return { ...found, point: next };
  }
  return null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const norm = (values: Float64Array): number => Math.sqrt(dot(values, values));

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]!);

function addScaled(target: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * other[i]!;
}
