import { type Declaration, defineStage, type Params } from '@twoshot/stage';
import type { PretrainDefinition } from './method.js';
import type { PretrainContext } from './pretrain-backbone.js';
import { pretrainParams } from './pretrain-params.js';

/** Ports of every pre-training stage. */
export const pretrainPorts = {
  inputs: {
    images: { kind: 'images', doc: 'training images' },
    policy: { kind: 'policy', doc: 'augmentation of the views' },
    init: { kind: 'model', doc: 'backbone to start from', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and the heads it was trained with' } },
} as const;

type PretrainStage<P extends Params> = Declaration<
  ReturnType<typeof pretrainParams> & P,
  (typeof pretrainPorts)['inputs'],
  (typeof pretrainPorts)['outputs']
>;

/**
 * Builds the stage of a pre-training method.
 *
 * @example
 * export default pretrainStage({ name: 'pretrain/rotation', summary: '...', params: {}, defaults: { ... }, ... });
 */
export function pretrainStage<const P extends Params>(definition: PretrainDefinition<P>): PretrainStage<P> {
  const { name, summary, params, defaults, memory = 2048 } = definition;
  return defineStage({
    name,
    summary,
    params: { ...pretrainParams(defaults), ...params },
    ...pretrainPorts,
    engine: true,
    resources: { threads: 'all', memory },
    length: 'steps',
    async run(context) {
      const { pretrainBackbone } = await import('./pretrain-backbone.js');
      // The params were merged above, which the compiler cannot follow. Not spread: reading all of a context would make
      // the result depend on all of it.
      await pretrainBackbone(context as unknown as PretrainContext<P>, definition);
    },
  }) as PretrainStage<P>;
}
