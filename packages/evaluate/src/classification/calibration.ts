import { type AnyMatrix, argMaxRows, requireFinite } from '@twoshot/geometry';

function requireLabels(probabilities: AnyMatrix, labels: ArrayLike<number>): void {
  const { rows, columns } = probabilities;
  requireFinite(probabilities, 'probabilities');
  if (labels.length !== rows) throw new RangeError(`expected ${rows} labels, got ${labels.length}`);
  if (rows === 0) throw new RangeError('expected at least one row to score, got none');
  for (let row = 0; row < rows; row++)
    if (!(labels[row]! >= 0 && labels[row]! < columns))
      throw new RangeError(`expected classes below ${columns}, got ${labels[row]} in row ${row}`);
}

/**
 * Expected calibration error (Guo et al. 2017): the mean over rows of |accuracy - confidence| of the row's bin; bins
 * of equal width (low, high] of the largest probability.
 *
 * @param probabilities [rows, classes]
 */
export function expectedCalibrationError(probabilities: AnyMatrix, labels: ArrayLike<number>, bins: number): number {
  requireLabels(probabilities, labels);
  const gaps = new Float64Array(bins);
  const predicted = argMaxRows(probabilities);
  for (let row = 0; row < probabilities.rows; row++) {
    const confidence = probabilities.data[row * probabilities.columns + predicted[row]!]!;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    gaps[bin]! += (predicted[row] === labels[row] ? 1 : 0) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / probabilities.rows;
}

/**
 * Expected calibration error with bins of equal size (Nguyen and O'Connor 2015): rows by ascending largest probability,
 * cut into `bins` parts, the first ones one row longer where they do not divide evenly.
 *
 * @param probabilities [rows, classes]
 */
export function adaptiveCalibrationError(probabilities: AnyMatrix, labels: ArrayLike<number>, bins: number): number {
  requireLabels(probabilities, labels);
  if (!(bins >= 1)) throw new RangeError(`expected at least one bin, got ${bins}`);
  const { rows, columns, data } = probabilities;
  const predicted = argMaxRows(probabilities);
  const confidence = Float64Array.from(predicted, (label, row) => data[row * columns + label]!);
  const order = Array.from(predicted.keys()).sort((a, b) => confidence[a]! - confidence[b]! || a - b);
  const gaps = new Float64Array(bins);
  const [size, longer] = [Math.floor(rows / bins), rows % bins];
  for (const [place, row] of order.entries()) {
    const inLonger = longer * (size + 1);
    const bin = place < inLonger ? Math.floor(place / (size + 1)) : longer + Math.floor((place - inLonger) / size);
    gaps[bin]! += (predicted[row] === labels[row] ? 1 : 0) - confidence[row]!;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows;
}

/** Brier score: mean over rows of the sum over classes of squared differences from the one-hot truth, 0..2. */
export function brierScore(probabilities: AnyMatrix, labels: ArrayLike<number>): number {
  requireLabels(probabilities, labels);
  const { rows, columns, data } = probabilities;
  let sum = 0;
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) sum += (data[i]! - (column === labels[row] ? 1 : 0)) ** 2;
  return sum / rows;
}

/** Mean of -ln max(probability of the true class, epsilon). */
export function negativeLogLikelihood(probabilities: AnyMatrix, labels: ArrayLike<number>, epsilon = 1e-7): number {
  requireLabels(probabilities, labels);
  const { rows, columns, data } = probabilities;
  let sum = 0;
  for (let row = 0; row < rows; row++) sum -= Math.log(Math.max(data[row * columns + labels[row]!]!, epsilon));
  return sum / rows;
}
