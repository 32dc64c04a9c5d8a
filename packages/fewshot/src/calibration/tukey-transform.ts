import { type Matrix, requireFinite } from '@twoshot/geometry';

/**
 * Tukey's ladder of powers, which makes non-negative features closer to normally distributed: value^lambda, the
 * logarithm for 0 (Yang et al. 2021, equation 3).
 *
 * @param points [rows, dim] at least 0, above 0 for the logarithm, any for lambda 1
 */
export function tukeyTransform(points: Matrix, lambda: number): Matrix<Float64Array> {
  requireFinite(points, 'features');
  const { rows, columns } = points;
  const data = Float64Array.from(points.data, (value) => (lambda === 0 ? Math.log(value) : value ** lambda));
  const broken = data.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0)
    throw new RangeError(
      `expected features of ${lambda > 0 ? 'at least' : 'more than'} 0 for Tukey's power ${lambda}, got ${points.data[broken]} in row ${Math.floor(broken / columns)}`,
    );
  return { rows, columns, data };
}
