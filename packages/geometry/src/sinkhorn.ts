import { type AnyMatrix, type Matrix, requireFinite } from './matrix.js';

export interface SinkhornOptions {
  /** Inverse of the entropic regularisation. */
  readonly lambda: number;
  /** Largest error of a row marginal that is let through, as a share of the total mass. Default 1e-9. */
  readonly tolerance?: number;
  /** Default 20,000. */
  readonly sweeps?: number;
}

export interface TransportPlan {
  /** [rows, columns] */
  readonly plan: Matrix<Float64Array>;
  /** Sum of plan times cost. */
  readonly transportCost: number;
  /** Largest error of a row marginal that was left; the column marginals are exact. */
  readonly error: number;
}

function requireMarginals(marginals: ArrayLike<number>, length: number, side: string): Float64Array {
  const values = Float64Array.from(marginals);
  if (values.length !== length) throw new RangeError(`expected ${length} ${side} marginals, got ${values.length}`);
  for (const [i, value] of values.entries())
    if (!(value >= 0) || !Number.isFinite(value))
      throw new RangeError(`expected ${side} marginals of at least 0, got ${value} at ${i}`);
  return values;
}

/**
 * Entropic optimal transport: the plan that minimises <plan, cost> - entropy(plan) / lambda under both marginals
 * (Cuturi 2013), by Sinkhorn sweeps on potentials in the log domain, so that no lambda overflows.
 *
 * @param cost [rows, columns], finite
 * @param rowMarginals [rows] at least 0, of the same sum as the columns'; a mass of 0 gives a row of zeros
 * @param columnMarginals [columns]
 */
export function sinkhorn(
  cost: AnyMatrix,
  rowMarginals: ArrayLike<number>,
  columnMarginals: ArrayLike<number>,
  options: SinkhornOptions,
): TransportPlan {
  requireFinite(cost, 'costs');
  const { rows, columns } = cost;
  const rowMass = requireMarginals(rowMarginals, rows, 'row');
  const columnMass = requireMarginals(columnMarginals, columns, 'column');
  const { lambda, tolerance = 1e-9, sweeps = 20_000 } = options;
  const total = columnMass.reduce((sum, mass) => sum + mass, 0);
  const rowTotal = rowMass.reduce((sum, mass) => sum + mass, 0);
  if (Math.abs(total - rowTotal) > 1e-4 * Math.max(total, rowTotal))
    throw new RangeError(`expected marginals of equal sum, got ${rowTotal} for rows and ${total} for columns`);
  const logKernel = Float64Array.from(cost.data, (value) => -lambda * value);
  const u = new Float64Array(rows);
  const v = new Float64Array(columns);
  const plan = new Float64Array(rows * columns);
  let error = Number.POSITIVE_INFINITY;
  for (let sweep = 0; sweep < sweeps && error > tolerance * total; sweep++) {
    updateRows(logKernel, rows, columns, rowMass, u, v);
    updateColumns(logKernel, rows, columns, columnMass, u, v);
    error = fillPlan(logKernel, rows, columns, rowMass, u, v, plan);
  }
  let transportCost = 0;
  for (let i = 0; i < plan.length; i++) transportCost += plan[i]! * cost.data[i]!;
  return { plan: { rows, columns, data: plan }, transportCost, error };
}

function updateRows(
  logKernel: Float64Array,
  rows: number,
  columns: number,
  mass: Float64Array,
  u: Float64Array,
  v: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const base = row * columns;
    let maximum = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < columns; j++) maximum = Math.max(maximum, logKernel[base + j]! + v[j]!);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += Math.exp(logKernel[base + j]! + v[j]! - maximum);
    u[row] = Math.log(mass[row]!) - maximum - Math.log(sum);
  }
}

function updateColumns(
  logKernel: Float64Array,
  rows: number,
  columns: number,
  mass: Float64Array,
  u: Float64Array,
  v: Float64Array,
): void {
  const maximum = new Float64Array(columns).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0, i = 0; row < rows; row++)
    for (let j = 0; j < columns; j++, i++) maximum[j] = Math.max(maximum[j]!, logKernel[i]! + u[row]!);
  const sums = new Float64Array(columns);
  for (let row = 0, i = 0; row < rows; row++)
    if (u[row]! > Number.NEGATIVE_INFINITY)
      for (let j = 0; j < columns; j++, i++) sums[j]! += Math.exp(logKernel[i]! + u[row]! - maximum[j]!);
    else i += columns;
  for (let j = 0; j < columns; j++) v[j] = Math.log(mass[j]!) - maximum[j]! - Math.log(sums[j]!);
}

/** Writes the plan of the potentials; returns the largest error of a row sum. */
function fillPlan(
  logKernel: Float64Array,
  rows: number,
  columns: number,
  mass: Float64Array,
  u: Float64Array,
  v: Float64Array,
  plan: Float64Array,
): number {
  let worst = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    let sum = 0;
    for (let j = 0; j < columns; j++, i++) sum += plan[i] = Math.exp(logKernel[i]! + u[row]! + v[j]!);
    worst = Math.max(worst, Math.abs(sum - mass[row]!));
  }
  return worst;
}
