/** Predictions of several models for the same rows, [models, rows, classes]. */
export interface ModelStack {
  readonly models: number;
  readonly rows: number;
  readonly classes: number;
  readonly data: Float32Array | Float64Array;
}

/** Throws a RangeError where there is no model, a value is not finite, or the values do not fit the shape. */
export function requireStack({ models, rows, classes, data }: ModelStack): void {
  if (models < 1) throw new RangeError('expected predictions of at least one model, got none');
  if (data.length !== models * rows * classes)
    throw new RangeError(`expected ${models} x ${rows} x ${classes} values, got ${data.length}`);
  const broken = data.findIndex((value: number) => !Number.isFinite(value));
  if (broken < 0) return;
  const row = Math.floor(broken / classes);
  throw new RangeError(
    `expected finite values, got ${data[broken]} in row ${row % rows} of model ${Math.floor(row / rows)}`,
  );
}
