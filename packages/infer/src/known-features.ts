import type { Features, Labels } from '@twoshot/artifact';
import type { Matrix } from '@twoshot/geometry';
import { type InputArtifact, StageInputError } from '@twoshot/stage';
import type { LabelledRows } from './labelled-rows.js';

/** What the methods on features start from. */
export interface KnownFeatures {
  readonly labels: Labels;
  readonly reference: Features;
  readonly query: Features;
  /** [reference rows, dim] */
  readonly points: Matrix;
  /** [query rows, dim] */
  readonly looking: Matrix;
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
  const { readFeatures, readLabels, rowFinder } = await import('@twoshot/artifact');
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
  const known = findLabelled(labels, reference.rows, inputs.reference, rowFinder(reference.rows));
  const points = matrixOf(reference.rows.count, reference.dim, reference.values);
  const looking = matrixOf(query.rows.count, query.dim, query.values);
  return { labels, reference, query, points, looking, known, support: selectRows(points, known.position) };
}
