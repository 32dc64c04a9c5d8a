import type { Model } from '@twoshot/artifact';
import type { Matrix } from '@twoshot/geometry';
import { createPart, featuresOf, openModel, savedParts, whiteningPart } from '@twoshot/model';
import { disposeModule, unfilled } from '@twoshot/nn';
import type { InputArtifact } from '@twoshot/stage';

export interface FittedSpace {
  /** [dim] */
  readonly mean: Float32Array;
  /** [dim, components] */
  readonly projection: Matrix;
  /** Scale rows to unit length afterwards. */
  readonly unit: boolean;
}

/**
 * A fitted space behind the parts that produced its rows, or alone where no model is given.
 *
 * @throws StageInputError where the features of the model have another width
 */
export async function spaceModel(
  input: InputArtifact | null,
  { mean, projection, unit }: FittedSpace,
): Promise<Pick<Model, 'parts' | 'weights' | 'preparation'>> {
  const architecture = { dim: projection.rows, components: projection.columns, unit };
  const space = createPart(whiteningPart, { takes: 'features', architecture }, unfilled);
  space.module.fit(mean, Float32Array.from(projection.data));
  const model = input === null ? null : await openModel(input);
  try {
    if (model === null) return { ...(await savedParts({ space })), preparation: null };
    const takes = featuresOf(model, projection.rows);
    return {
      ...(await savedParts({ ...model.through(takes), space: { ...space, takes } })),
      preparation: model.preparation(),
    };
  } finally {
    disposeModule(space.module);
    model?.dispose();
  }
}
