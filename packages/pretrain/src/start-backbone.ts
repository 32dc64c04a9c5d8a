import type { Images, Json } from '@twoshot/artifact';
import type { Backbone, BackboneArchitecture } from '@twoshot/nn';
import { type InputArtifact, StageInputError } from '@twoshot/stage';
import type { Policy } from '@twoshot/views';

export interface StartedBackbone {
  readonly architecture: BackboneArchitecture;
  readonly backbone: Backbone;
  /** False where it continues a model. */
  readonly isFresh: boolean;
}

/** Builds the backbone of the params, or takes over architecture and weights of the model `init`. */
export async function startBackbone(options: {
  init: InputArtifact | null;
  architecture: () => Promise<BackboneArchitecture>;
  channels: number;
  seed: number;
}): Promise<StartedBackbone> {
  const { init, channels, seed } = options;
  const { createRandom } = await import('@twoshot/engine/random');
  const { createBackbone, loadWeights, readBackboneArchitecture } = await import('@twoshot/nn');
  if (init === null) {
    const architecture = await options.architecture();
    return { architecture, backbone: createBackbone(architecture, createRandom(seed)), isFresh: true };
  }
  const { readModel } = await import('@twoshot/artifact');
  const model = await readModel(init.path);
  const architecture = readBackboneArchitecture(model.architecture);
  if (architecture.channels !== channels)
    throw new StageInputError(
      'init-channels',
      `The model of port init takes images of ${architecture.channels} channels, the images here have ${channels}`,
    );
  const backbone = createBackbone(architecture, createRandom(seed));
  loadWeights(backbone, model.weights, 'backbone');
  return { architecture, backbone, isFresh: false };
}

/** Computes from views what a fresh backbone does not learn (a whitened first layer). */
export async function fitToViews(
  backbone: Backbone,
  { pixels, size }: { pixels: Float32Array; size: number },
  channels: number,
): Promise<void> {
  if (backbone.fit === null) return;
  const { tf } = await import('@twoshot/engine');
  const views = tf.tensor4d(pixels, [pixels.length / (size * size * channels), size, size, channels]);
  await backbone.fit(views);
  views.dispose();
}

/** The policy of a stage's input port. */
export async function policyOf(path: string): Promise<Policy> {
  const { readPolicy } = await import('@twoshot/artifact');
  const { parsePolicy } = await import('@twoshot/views');
  return parsePolicy(await readPolicy(path));
}

/** What a model remembers of its training; `mirror` and `normalise` say how features are taken with it. */
export function recipeOf(
  stage: string,
  { mirror, normalise, name }: Policy,
  { channels }: Images,
  params: { readonly [name: string]: Json },
): Json {
  return {
    stage,
    policy: name,
    mirror,
    channels,
    normalise: normalise === null ? null : { mean: normalise.mean, std: normalise.std },
    ...params,
  };
}
