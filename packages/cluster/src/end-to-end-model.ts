import type { Model } from '@twoshot/artifact';
import { featuresOf, openModel, type Part, savedParts } from '@twoshot/model';
import type { InputArtifact } from '@twoshot/stage';

/**
 * A head behind the parts that produce its features, so that the model classifies images; the head alone where no model
 * is given.
 *
 * @throws StageInputError where the features of the model and the input of the head differ in width
 */
export async function endToEndModel(
  input: InputArtifact | null,
  head: Part,
): Promise<Pick<Model, 'parts' | 'weights' | 'preparation'>> {
  if (input === null) return { ...(await savedParts({ head })), preparation: null };
  const model = await openModel(input);
  try {
    const { dim } = head.architecture as { readonly dim: number };
    const source = featuresOf(model, dim);
    const before = model.through(source);
    return {
      ...(await savedParts({ ...before, head: { ...head, takes: source } })),
      preparation: model.preparation(),
    };
  } finally {
    model.dispose();
  }
}
