import type { Images } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import type { Part } from '@twoshot/model';
import type { Backbone } from '@twoshot/nn';
import { type Declaration, defineStage, type Params, type ParamValues } from '@twoshot/stage';
import type { TrainingMethod } from '@twoshot/training';
import type { MetatrainContext, Positions, TaskViews } from './metatrain-backbone.js';
import { metatrainParams } from './metatrain-params.js';
import { metatrainPorts } from './metatrain-ports.js';
import type { PseudoClasses } from './pseudo-classes.js';

/** Arguments for building a method. */
export interface MetatrainStart<P extends Params> {
  readonly params: ParamValues<P>;
  readonly seed: (purpose: string) => number;
  /** The backbone to train, with its initial weights. */
  readonly backbone: Part<Backbone>;
  readonly images: Pick<Images, 'count'>;
  /** The classes that tasks are drawn from. */
  readonly partitions: readonly PseudoClasses[];
}

/** A meta-training method: its tasks, heads, memory and loss. */
export interface MetatrainDefinition<P extends Params, Task extends Positions> {
  /** `metatrain/...` */
  readonly name: `${string}/${string}`;
  /** One sentence. */
  readonly summary: string;
  /** Its own, beside those that all methods share; the model's recipe names them. */
  readonly params: P;
  /** Optimiser steps by default. */
  readonly steps: number;
  /** Minimum images of a class that is used. */
  minimum(params: ParamValues<P>): number;
  /** Draws the task of a step. */
  draw(partitions: readonly PseudoClasses[], params: ParamValues<P>, random: Random): Task;
  /** The loss receives one view [positions, side, side, channels] of every image of the task. */
  method(start: MetatrainStart<P>): Promise<TrainingMethod<readonly tf.Tensor4D[], TaskViews<Task>>>;
}

type MetatrainStage<P extends Params> = Declaration<
  ReturnType<typeof metatrainParams> & P,
  (typeof metatrainPorts)['inputs'],
  (typeof metatrainPorts)['outputs']
>;

/**
 * The stage of a meta-training method.
 *
 * @example
 * export default metatrainStage({ name: 'metatrain/siamese', summary: '...', params: { ... }, steps: 600, ... });
 */
export function metatrainStage<const P extends Params, Task extends Positions>(
  definition: MetatrainDefinition<P, Task>,
): MetatrainStage<P> {
  const { name, summary, params, steps } = definition;
  return defineStage({
    name,
    summary,
    params: { ...metatrainParams({ steps }), ...params },
    ...metatrainPorts,
    engine: true,
    resources: { threads: 'all', memory: 2048 },
    length: 'steps',
    async run(context) {
      const { metatrainBackbone } = await import('./metatrain-backbone.js');
      // The params were merged above, which the compiler cannot follow. Not spread: reading all of a
      // context would make the result depend on all of it.
      await metatrainBackbone(context as unknown as MetatrainContext<P>, definition);
    },
  }) as MetatrainStage<P>;
}
