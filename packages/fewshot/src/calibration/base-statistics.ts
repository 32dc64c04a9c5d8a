import {
  columnMeans,
  type LongWork,
  type Matrix,
  requireFinite,
  secondMoment,
  selectRows,
  subtractFromRows,
} from '@twoshot/geometry';

export interface BaseStatistics {
  /** [bases, dim] */
  readonly means: Matrix;
  /** [bases, dim, dim] unbiased */
  readonly covariances: Float32Array;
}

/**
 * Means and covariances of base classes, here clusters; those with fewer than two rows are left out.
 *
 * @param points [rows, dim]
 * @param base [rows] class of each row, -1 for none
 */
export async function baseStatistics(
  points: Matrix,
  base: ArrayLike<number>,
  work: LongWork = {},
): Promise<BaseStatistics> {
  requireFinite(points, 'features');
  const { columns } = points;
  const members = new Map<number, number[]>();
  const membersOf = (one: number): number[] => {
    const known = members.get(one) ?? [];
    members.set(one, known);
    return known;
  };
  for (let row = 0; row < points.rows; row++) if (base[row]! >= 0) membersOf(base[row]!).push(row);
  const classes = [...members.entries()].filter(([, rows]) => rows.length > 1).sort(([a], [b]) => a - b);
  if (classes.length === 0) throw new RangeError('expected a base class of at least two rows, got none');
  const means = new Float32Array(classes.length * columns);
  const covariances = new Float32Array(classes.length * columns * columns);
  for (const [at, [, rows]] of classes.entries()) {
    const own = selectRows(points, rows);
    const mean = columnMeans(own);
    const moment = await secondMoment(subtractFromRows(own, mean), { signal: work.signal });
    const unbiased = rows.length / (rows.length - 1);
    means.set(mean, at * columns);
    covariances.set(
      moment.map((value) => unbiased * value),
      at * columns * columns,
    );
    work.progress?.(at + 1, classes.length);
  }
  return { means: { rows: classes.length, columns, data: means }, covariances };
}
