import { choice, defineStage, flag, integer, numbers, optional } from '@twoshot/stage';

export default defineStage({
  name: 'augment/weak',
  summary: 'Weak augmentation policy: mirroring and a shift by a few pixels',
  params: {
    kind: choice(['photo', 'digits'], { default: 'photo', doc: 'digits are never mirrored by default' }),
    size: integer({ default: 32, minimum: 4, doc: 'side of a view in pixels' }),
    padding: integer({ default: 4, minimum: 0, doc: 'maximum shift in source pixels; the border is reflected' }),
    mirror: optional(flag({ doc: 'mirror' }), 'mirrored images keep their class; photo true, digits false'),
    mean: optional(numbers({ doc: 'means' }), 'mean of each channel in 0..1, or one for all; by kind'),
    std: optional(
      numbers({ minimum: 1e-6, doc: 'standard deviations' }),
      'standard deviation of each channel, or one for all; by kind',
    ),
  },
  inputs: {},
  outputs: { policy: { kind: 'policy', doc: 'augmentation policy of the views' } },
  async run({ params, outputs }) {
    const { normalisationOf } = await import('./normalisation.js');
    const { storePolicy } = await import('./store-policy.js');
    const { weakPolicy } = await import('./weak-policy.js');
    await storePolicy(
      outputs.policy,
      weakPolicy({
        size: params.size,
        padding: params.padding,
        mirror: params.mirror ?? params.kind === 'photo',
        normalise: normalisationOf(params.kind, params.mean, params.std),
      }),
    );
  },
});
