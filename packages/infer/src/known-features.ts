import type { Features, LabelledRows, Labels } from '@twoshot/artifact';
import type { Matrix } from '@twoshot/geometry';
import { type InputArtifact, StageInputError } from '@twoshot/stage';

/** Rows as a matrix, with the artifact of their origin. */
export interface FeatureRows extends Pick<Features, 'rows'> {
  /** [rows, dim] */
  readonly matrix: Matrix;
}

/** Inputs of the methods on features. */
export interface KnownFeatures {
  readonly labels: Labels;
  readonly reference: FeatureRows;
  readonly query: FeatureRows;
  readonly known: LabelledRows;
  /** [labelled, dim] */
  readonly support: Matrix;
}

/**
 * Reads features and labels and finds the labelled rows.
 *
 * @throws StageInputError where dimensions differ, a value is not finite, or labelled rows are missing
 */
export async function readKnownFeatures(inputs: {
  readonly reference: InputArtifact;
  readonly query: InputArtifact;
  readonly labels: InputArtifact;
}): Promise<KnownFeatures> {
  const { readFeatures, readLabels } = await import('@twoshot/artifact');
  const { matrixOf, requireFinite, selectRows } = await import('@twoshot/geometry');
  const { findLabelled } = await import('./labelled-rows.js');
  const [reference, query, labels] = await Promise.all([
    readFeatures(inputs.reference.path),
    readFeatures(inputs.query.path),
    readLabels(inputs.labels.path),
  ]);
  if (reference.dim !== query.dim)
    throw new StageInputError(
      'dimensions-differ',
      `rows of ${inputs.query.from} have ${query.dim} dimensions, those of ${inputs.reference.from} ${reference.dim}. Use features from the same space for both.`,
    );
  const known = findLabelled(labels, reference.rows, inputs.reference);
  const rowsOf = ({ rows, dim, values }: Features, input: InputArtifact): FeatureRows => {
    const matrix = matrixOf(rows.count, dim, values);
    try {
      requireFinite(matrix, 'features');
    } catch (error) {
      throw new StageInputError('not-finite', `${input.from}: ${(error as RangeError).message}`);
    }
    return { rows, matrix };
  };
  const points = rowsOf(reference, inputs.reference);
  const asked = rowsOf(query, inputs.query);
  return { labels, reference: points, query: asked, known, support: selectRows(points.matrix, known.position) };
}
