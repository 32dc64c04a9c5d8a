import type { Backbone, BackboneArchitecture } from '@twoshot/nn';
import { type InputArtifact, StageInputError } from '@twoshot/stage';

export interface StartedBackbone {
  readonly architecture: BackboneArchitecture;
  readonly backbone: Backbone;
  /** False where it continues a model. */
  readonly isFresh: boolean;
}

/**
 * Builds a backbone, or takes over architecture and weights of the model `init`.
 *
 * @param options `architecture` is asked for where no model is given; `channels` are those of the images
 * @throws StageInputError where the model takes images of other channels
 */
export async function startBackbone(options: {
  init: InputArtifact | null;
  architecture: () => Promise<BackboneArchitecture>;
  channels: number;
  seed: number;
}): Promise<StartedBackbone> {
  const { init, channels, seed } = options;
  const { createRandom } = await import('@twoshot/engine/random');
  const { createBackbone, loadWeights, readBackboneArchitecture, unfilled } = await import('@twoshot/nn');
  if (init === null) {
    const architecture = await options.architecture();
    return { architecture, backbone: createBackbone(architecture, createRandom(seed)), isFresh: true };
  }
  const { readModel } = await import('@twoshot/artifact');
  const model = await readModel(init.path);
  const architecture = readBackboneArchitecture(model.architecture);
  requireChannels(architecture, channels, 'init');
  const backbone = createBackbone(architecture, unfilled);
  loadWeights(backbone, model.weights, 'backbone');
  return { architecture, backbone, isFresh: false };
}

/** @throws StageInputError where the model of a port takes images of other channels than those that are there */
export function requireChannels(architecture: BackboneArchitecture, channels: number, port: string): void {
  if (architecture.channels !== channels)
    throw new StageInputError(
      `${port}-channels`,
      `The model of port ${port} takes images of ${architecture.channels} channels, the images here have ${channels}`,
    );
}
