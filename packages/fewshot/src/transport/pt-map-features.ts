import {
  columnMeans,
  type Matrix,
  matrixOf,
  normaliseRows,
  requireFinite,
  selectRows,
  stackRows,
  subtractFromRows,
} from '@twoshot/geometry';

/** Labelled and query rows after the same transform. */
export interface TransformedPair {
  readonly support: Matrix;
  readonly query: Matrix;
}

/** (x + epsilon)^beta for features that are not negative, sign(x)|x|^beta for any, or nothing. */
export type PowerTransform = 'power' | 'signed-power' | 'none';

export interface PowerOptions {
  readonly transform: PowerTransform;
  readonly beta: number;
  readonly epsilon: number;
}

/** The power transform, which makes features closer to normally distributed (Hu et al. 2021, equation 1). */
export function powerTransform(points: Matrix, { transform, beta, epsilon }: PowerOptions): Matrix {
  requireFinite(points, 'features');
  if (transform === 'none') return points;
  const isSigned = transform === 'signed-power';
  const given = points.data;
  const data = new Float32Array(given.length);
  for (let i = 0; i < data.length; i++) {
    const value = given[i]!;
    const base = isSigned ? Math.abs(value) : value + epsilon;
    if (base < 0)
      throw new RangeError(
        `expected features of at least 0 for the power transform, got ${value} in row ${Math.floor(i / points.columns)}`,
      );
    // Ten times as fast for the usual exponent.
    const size = beta === 0.5 ? Math.sqrt(base) : base ** beta;
    data[i] = isSigned ? Math.sign(value) * size : size;
  }
  return matrixOf(points.rows, points.columns, data);
}

/** Rows after the power transform and at unit length, and their mean. */
export function ptMapSpace(
  points: Matrix,
  options: PowerOptions,
): { readonly unit: Matrix; readonly mean: Float64Array } {
  const unit = normaliseRows(powerTransform(points, options));
  return { unit, mean: columnMeans(unit) };
}

/** Features of PT-MAP: power, unit length, labelled rows and query rows centred separately, unit length again. */
export function ptMapFeatures(support: Matrix, query: Matrix, options: PowerOptions): TransformedPair {
  const apply = (points: Matrix): Matrix => {
    const { unit, mean } = ptMapSpace(points, options);
    return normaliseRows(subtractFromRows(unit, mean));
  };
  return { support: apply(support), query: apply(query) };
}

export interface LatentSpaceOptions {
  readonly beta: number;
  readonly epsilon: number;
  /** Rows are divided by their norm to this power before centring, */
  readonly delta: number;
  /** and to this one afterwards. */
  readonly gamma: number;
}

/** Rows after the power and divided by norm^delta, and their mean: what is centred in the mapping of Chobola et al. */
export function latentSpace(
  points: Matrix,
  options: PowerOptions & Pick<LatentSpaceOptions, 'delta'>,
): { readonly scaled: Matrix; readonly mean: Float64Array } {
  const scaled = normaliseRows(powerTransform(points, options), options.delta);
  return { scaled, mean: columnMeans(scaled) };
}

/**
 * Features of the optimal-transport mapping of Chobola et al. (2021): power, divided by norm^delta, all rows centred
 * together, divided by norm^gamma.
 */
export function latentSpaceFeatures(support: Matrix, query: Matrix, options: LatentSpaceOptions): TransformedPair {
  const { scaled, mean } = latentSpace(stackRows(support, query), { transform: 'power', ...options });
  const all = normaliseRows(subtractFromRows(scaled, mean), options.gamma);
  const positions = Array.from({ length: all.rows }, (_, row) => row);
  return {
    support: selectRows(all, positions.slice(0, support.rows)),
    query: selectRows(all, positions.slice(support.rows)),
  };
}
