import type { Features, Labels } from '@twoshot/artifact';
import type { Matrix } from '@twoshot/geometry';
import { type InputArtifact, StageInputError } from '@twoshot/stage';
import type { LabelledRows } from './labelled-rows.js';

/** Rows as a matrix, with the artifact that they came from. */
export interface FeatureRows extends Pick<Features, 'rows'> {
  /** [rows, dim] */
  readonly matrix: Matrix;
}

/** What the methods on features start from. */
export interface KnownFeatures {
  readonly labels: Labels;
  readonly reference: FeatureRows;
  readonly query: FeatureRows;
  readonly known: LabelledRows;
  /** [labelled, dim] */
  readonly support: Matrix;
}

/** Reads features and labels and finds the labelled rows; refuses spaces that do not fit together. */
export async function readKnownFeatures(inputs: {
  readonly reference: InputArtifact;
  readonly query: InputArtifact;
  readonly labels: InputArtifact;
}): Promise<KnownFeatures> {
  const { readFeatures, readLabels } = await import('@twoshot/artifact');
  const { matrixOf, selectRows } = await import('@twoshot/geometry');
  const { findLabelled } = await import('./labelled-rows.js');
  const [reference, query, labels] = await Promise.all([
    readFeatures(inputs.reference.path),
    readFeatures(inputs.query.path),
    readLabels(inputs.labels.path),
  ]);
  if (reference.dim !== query.dim)
    throw new StageInputError(
      'dimensions-differ',
      `rows of ${inputs.query.from} have ${query.dim} dimensions, those of ${inputs.reference.from} ${reference.dim}. Take both from the same space.`,
    );
  const known = findLabelled(labels, reference.rows, inputs.reference);
  const rowsOf = ({ rows, dim, values }: Features): FeatureRows => ({
    rows,
    matrix: matrixOf(rows.count, dim, values),
  });
  const points = rowsOf(reference);
  return { labels, reference: points, query: rowsOf(query), known, support: selectRows(points.matrix, known.position) };
}
