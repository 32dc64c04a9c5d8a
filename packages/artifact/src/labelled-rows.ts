import type { Labels } from './contents.js';
import { positionsAmong, type Rows } from './rows.js';

/** The labelled rows among given rows. */
export interface LabelledRows {
  /** [labelled] positions among the rows */
  readonly position: Uint32Array;
  /** [labelled] */
  readonly label: Int32Array;
  /** [labelled] above 0, at most 1 */
  readonly weight: Float32Array;
  /** Classes that have none. */
  readonly missing: readonly string[];
}

/** Finds the labelled rows; labels of other rows and labels of weight 0 are ignored. */
export function labelledAmong({ rows, classNames, label, weight }: Labels, others: Rows): LabelledRows {
  const positions = positionsAmong(rows, others);
  const known = Array.from(positions.keys()).filter((row) => positions[row]! >= 0 && weight[row]! > 0);
  const filled = new Set(known.map((row) => label[row]!));
  return {
    position: Uint32Array.from(known, (row) => positions[row]!),
    label: Int32Array.from(known, (row) => label[row]!),
    weight: Float32Array.from(known, (row) => weight[row]!),
    missing: classNames.filter((_, at) => !filled.has(at)),
  };
}
