import type { Remembered } from './remembered.js';

/** The latest vector of every row of a set (Wu et al. 2018). Stored outside the engine. */
export interface Bank extends Remembered {
  readonly rows: number;
  readonly dim: number;
  /** [rows, dim]; zeros for a row that was never set */
  readonly data: Float32Array;
  /**
   * Stores the vectors of some rows; of duplicate rows the last one counts.
   *
   * @param positions [n] rows
   * @param vectors [n, dim]
   */
  set(positions: ArrayLike<number>, vectors: ArrayLike<number>): void;
}

export function createBank({ name, rows, dim }: { name: string; rows: number; dim: number }): Bank {
  const data = new Float32Array(rows * dim);
  return {
    name,
    rows,
    dim,
    data,
    length: data.length,
    values: () => data,
    restore: (values) => data.set(values),
    dispose: () => undefined,
    set(positions, vectors) {
      for (let i = 0; i < positions.length; i++) {
        const start = positions[i]! * dim;
        for (let at = 0; at < dim; at++) data[start + at] = vectors[i * dim + at]!;
      }
    },
  };
}
