import type { Images, Json, NamedTensor } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Backbone, BackboneArchitecture, Module, Monitor, Schedule, StepLoss } from '@twoshot/nn';
import type { InputArtifact, StageContext } from '@twoshot/stage';
import type { TrainingPart } from './run-training.js';
import { startBackbone } from './start-backbone.js';

/** Views that a step works on. */
export interface PixelBatch {
  readonly positions: Uint32Array;
  /** [views, size, size, channels] */
  readonly pixels: Float32Array;
  readonly size: number;
}

/** Where batches come from; they may be prepared ahead. */
export interface BatchSource<B> {
  batch(number: number): Promise<B>;
  /** Steps of an epoch, where there are epochs. */
  readonly epoch?: number;
  /** What of the batches follows from the number of all steps, by step. */
  readonly settings?: Readonly<Record<string, Schedule>>;
  close(): Promise<void>;
}

export type Heads = Readonly<Record<string, Pick<Module, 'parameters' | 'buffers'>>>;

/** What one method of training a backbone adds to the common course. */
export interface BackboneTraining<B extends PixelBatch, H extends Heads> {
  readonly images: Pick<Images, 'channels'>;
  /** Model to go on from. */
  readonly init: InputArtifact | null;
  /** Of a fresh backbone. */
  readonly architecture: () => Promise<BackboneArchitecture>;
  /** Heads for a backbone of `dim`, saved with it under their names, and what the architecture says of them. */
  readonly heads: (dim: number) => { readonly modules: H; readonly architecture: Readonly<Record<string, Json>> };
  readonly source: () => Promise<BatchSource<B>>;
  /** Of every image in the features that the loss gives out. */
  readonly views: number;
  /** Of the optimiser, where the method needs another one than usual. */
  readonly beta2?: number;
  /** @param x [views, size, size, channels] the batch's pixels */
  readonly loss: (x: tf.Tensor4D, batch: B, network: { readonly backbone: Backbone; readonly heads: H }) => StepLoss;
}

/** A backbone with the heads of a method, ready to be trained. */
export interface PreparedBackbone<B extends PixelBatch> {
  readonly part: Pick<TrainingPart<B>, 'parameters' | 'network' | 'batch' | 'loss' | 'settings' | 'epoch' | 'beta2'>;
  readonly monitors: readonly Monitor[];
  /** Architecture of backbone and heads. */
  readonly architecture: Json;
  readonly weights: () => Promise<Map<string, NamedTensor>>;
  readonly close: () => Promise<void>;
}

/** Builds the network of a method, fresh or of a model, and opens its views. */
export async function prepareBackbone<B extends PixelBatch, H extends Heads>(
  { seed }: Pick<StageContext<never, never, never>, 'seed'>,
  training: BackboneTraining<B, H>,
): Promise<PreparedBackbone<B>> {
  const { tf } = await import('@twoshot/engine');
  const { compose, disposeModule, featureSpread, saveWeights } = await import('@twoshot/nn');
  const { clusterBalance, neighbourAgreement } = await import('./monitors.js');
  const { init, views, beta2 } = training;
  const { channels } = training.images;
  const { architecture, backbone, isFresh } = await startBackbone({
    init,
    architecture: training.architecture,
    channels,
    seed: seed('weights'),
  });
  const { modules, architecture: shapes } = training.heads(backbone.dim);
  const parts = { backbone, ...modules };
  const network = compose(parts);
  const source = await training.source();
  const viewsOf = ({ pixels, size }: B): tf.Tensor4D =>
    tf.tensor4d(pixels, [pixels.length / (size * size * channels), size, size, channels]);
  const close = async (): Promise<void> => {
    await source.close();
    disposeModule(network);
  };
  try {
    if (isFresh && backbone.fit !== null) {
      const first = viewsOf(await source.batch(0));
      await backbone.fit(first);
      first.dispose();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    part: {
      parameters: network.parameters.filter(({ trainable }) => trainable),
      network,
      batch: (number) => source.batch(number),
      loss: (batch) => training.loss(viewsOf(batch), batch, { backbone, heads: modules }),
      ...(source.settings === undefined ? {} : { settings: source.settings }),
      ...(source.epoch === undefined ? {} : { epoch: source.epoch }),
      ...(beta2 === undefined ? {} : { beta2 }),
    },
    monitors: [featureSpread(), await clusterBalance(), ...(views < 2 ? [] : [await neighbourAgreement({ views })])],
    architecture: { backbone: { ...architecture }, ...shapes },
    weights: () => saveWeights(parts),
    close,
  };
}
