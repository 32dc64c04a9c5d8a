import type { Images } from '@twoshot/artifact';
import type { Part } from '@twoshot/model';
import type { Backbone, BackboneArchitecture } from '@twoshot/nn';
import type { InputArtifact } from '@twoshot/stage';

export interface StartedBackbone {
  readonly backbone: Part<Backbone>;
  /** False where it continues a model. */
  readonly isFresh: boolean;
}

/**
 * Builds a backbone, or continues that of the model `init`.
 *
 * @param options `architecture` is called where no model is given
 * @throws StageInputError where the model has another number of image channels
 */
export async function startBackbone(options: {
  init: InputArtifact | null;
  architecture: () => Promise<BackboneArchitecture>;
  images: Pick<Images, 'channels'>;
  seed: number;
}): Promise<StartedBackbone> {
  const { init, images, seed } = options;
  const { backbonePart, createPart, openModel, requireChannels } = await import('@twoshot/model');
  if (init === null) {
    const { createRandom } = await import('@twoshot/engine/random');
    const architecture = await options.architecture();
    return {
      backbone: createPart(backbonePart, { takes: 'images', architecture }, createRandom(seed)),
      isFresh: true,
    };
  }
  const model = await openModel(init);
  requireChannels(model.preparation(), images, init);
  return { backbone: model.part('backbone', backbonePart), isFresh: false };
}
