import type { Model } from '@twoshot/artifact';
import { featuresOf, openModel, type Part, savedParts } from '@twoshot/model';
import type { InputArtifact } from '@twoshot/stage';

/**
 * A head on features behind the parts that these came from, so that the model answers images; the head alone where no
 * model is given.
 *
 * @throws StageInputError where the model gives features of another width than the head takes
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
