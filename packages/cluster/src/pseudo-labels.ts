import { type LabelledRows, type Labels, type Rows, rowsAt } from '@twoshot/artifact';
import { argMaxRows } from '@twoshot/geometry';

/** Labels of all rows with non-uniform probabilities; the given label where there is one. */
export function pseudoLabels(
  { rows, classNames, probabilities }: { rows: Rows; classNames: readonly string[]; probabilities: Float32Array },
  known: Pick<LabelledRows, 'position' | 'label'>,
): Labels {
  const classes = classNames.length;
  const label = argMaxRows({ rows: rows.count, columns: classes, data: probabilities });
  const weight = Float32Array.from(label, (best, row) => probabilities[row * classes + best]!);
  for (const [i, row] of known.position.entries()) {
    label[row] = known.label[i]!;
    weight[row] = 1;
  }
  // Uniform probabilities carry no information.
  const kept = Uint32Array.from(weight.keys()).filter((row) => weight[row]! > (1 + 1e-6) / classes);
  return {
    rows: rowsAt(rows, kept),
    classNames,
    label: Int32Array.from(kept, (row) => label[row]!),
    weight: Float32Array.from(kept, (row) => weight[row]!),
    source: 'cluster',
    origin: null,
  };
}
