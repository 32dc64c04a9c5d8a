import type { Images, Json, Model } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Part, Parts } from '@twoshot/model';
import type { Backbone, BackboneArchitecture, Monitor, Remembered, Schedule, StepBatch } from '@twoshot/nn';
import type { InputArtifact, StageContext } from '@twoshot/stage';
import type { Moment, TrainingMethod } from './method.js';
import type { TrainingPart } from './run-training.js';
import { startBackbone } from './start-backbone.js';

/** Views of one size, image by image within a view. */
export interface ViewPixels {
  /** [views, size, size, channels] */
  readonly pixels: Float32Array;
  readonly size: number;
}

/** Views of a step, in as many groups as the method needs. */
export interface PixelBatch extends StepBatch {
  readonly groups: readonly ViewPixels[];
}

/** Source of the batches; they may be prepared ahead. */
export interface BatchSource<B> {
  batch(number: number): Promise<B>;
  /** Steps of an epoch, where there are epochs. */
  readonly epoch?: number;
  /** What in the batches depends on the total number of steps, by step. */
  readonly settings?: Readonly<Record<string, Schedule>>;
  close(): Promise<void>;
}

/** Training of a backbone by a method. */
export interface BackboneTraining<B extends PixelBatch> {
  readonly images: Pick<Images, 'channels'>;
  /** Model to start from. */
  readonly init: InputArtifact | null;
  /** Of a new backbone. */
  readonly architecture: () => Promise<BackboneArchitecture>;
  readonly source: () => Promise<BatchSource<B>>;
  readonly steps: number;
  /** Batches of a step. */
  readonly accumulate: number;
  /** Views per image in the features that the loss returns. */
  readonly views: number;
  /**
   * @param backbone to train, already initialised
   * @param epoch steps per epoch; Infinity where there are no epochs
   */
  readonly method: (
    backbone: Part<Backbone>,
    epoch: number,
  ) => Promise<TrainingMethod<readonly tf.Tensor4D[], B>> | TrainingMethod<readonly tf.Tensor4D[], B>;
}

/** A backbone with the heads of a method, ready to be trained. */
export interface PreparedTraining<B extends PixelBatch> {
  readonly part: Omit<TrainingPart<B>, 'steps' | 'learningRate' | 'average' | 'phase' | 'monitors'>;
  readonly monitors: readonly Monitor[];
  /** Parts and weights for the model. */
  readonly saved: () => Promise<Pick<Model, 'parts' | 'weights'>>;
  readonly close: () => Promise<void>;
}

/** Builds the network of a method, fresh or of a model, and opens its views. */
export async function prepareTraining<B extends PixelBatch>(
  { seed }: Pick<StageContext<never, never, never>, 'seed'>,
  training: BackboneTraining<B>,
): Promise<PreparedTraining<B>> {
  const { tf } = await import('@twoshot/engine');
  const { savedParts } = await import('@twoshot/model');
  const { compose, disposeModule, featureSpread } = await import('@twoshot/nn');
  const { clusterBalance, neighbourAgreement } = await import('./monitors.js');
  const { init, views, steps, accumulate, images } = training;
  const { channels } = images;
  const { backbone, isFresh } = await startBackbone({
    init,
    architecture: training.architecture,
    images,
    seed: seed('weights'),
  });
  const tensors = (batch: B): tf.Tensor4D[] =>
    batch.groups.map(({ pixels, size }) =>
      tf.tensor4d(pixels, [pixels.length / (size * size * channels), size, size, channels]),
    );
  const source = await training.source();
  const epoch = source.epoch ?? Infinity;
  const opened: Parts[] = [{ backbone }];
  const remembered: Remembered[] = [];
  const close = async (): Promise<void> => {
    await source.close();
    for (const { module } of opened.flatMap((parts) => Object.values(parts))) disposeModule(module);
    for (const one of remembered) one.dispose();
  };
  const momentAt = (step: number): Moment => ({
    step,
    steps,
    epoch: Number.isFinite(epoch) ? Math.floor(step / epoch) : 0,
  });
  try {
    if (isFresh && backbone.module.fit !== null) {
      const first = tensors(await source.batch(0));
      await backbone.module.fit(first[0]!);
      tf.dispose(first);
    }
    const method = await training.method(backbone, epoch);
    const { heads, frozen = {}, learningRateFactors = {}, memory = [], settings = {}, beta2 } = method;
    opened.push(heads, frozen);
    remembered.push(...memory);
    const trained: Parts = { backbone, ...heads };
    const modulesOf = (parts: Parts): ReturnType<typeof compose> =>
      compose(Object.fromEntries(Object.entries(parts).map(([name, { module }]) => [name, module])));
    return {
      part: {
        groups: groupsOf(trained, learningRateFactors, modulesOf),
        network: modulesOf(trained),
        frozen: modulesOf(frozen),
        batch: (number) => source.batch(number),
        loss: (batch, number) => method.loss(tensors(batch), batch, momentAt(Math.floor(number / accumulate))),
        beforeEpoch: (step) => method.beforeEpoch?.(momentAt(step)),
        afterUpdate: (step, outputs) => method.afterUpdate?.(outputs, momentAt(step)),
        memory,
        settings: { ...source.settings, ...settings },
        ...(source.epoch === undefined ? {} : { epoch: source.epoch }),
        ...(beta2 === undefined ? {} : { beta2 }),
      },
      monitors: [featureSpread(), await clusterBalance(), ...(views < 2 ? [] : [await neighbourAgreement({ views })])],
      saved: () => savedParts({ ...trained, ...frozen }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Parameters by their share of the learning rate, in the order of the parts. */
function groupsOf(
  parts: Parts,
  factors: Readonly<Record<string, number>>,
  modulesOf: (parts: Parts) => { readonly parameters: TrainingPart<PixelBatch>['groups'][number]['parameters'] },
): TrainingPart<PixelBatch>['groups'] {
  const unknown = Object.keys(factors).find((name) => !Object.hasOwn(parts, name));
  if (unknown !== undefined)
    throw new RangeError(`A learning rate is given for '${unknown}', which is not a trained part`);
  const distinct = [...new Set(Object.keys(parts).map((name) => factors[name] ?? 1))];
  return distinct.map((factor) => {
    const own = Object.entries(parts).filter(([name]) => (factors[name] ?? 1) === factor);
    const { parameters } = modulesOf(Object.fromEntries(own));
    return { factor, parameters: parameters.filter(({ trainable }) => trainable) };
  });
}

/** The recipe of a model: a record of its training, for users. */
export type Recipe = Readonly<Record<string, Json>>;
