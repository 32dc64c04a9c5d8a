import { choice, defineStage, flag, integer, number, numbers, optional } from '@twoshot/stage';

export default defineStage({
  name: 'augment/strong',
  summary: 'Strong augmentation policy: random operations of RandAugment and a cut-out square',
  params: {
    kind: choice(['photo', 'digits'], {
      default: 'photo',
      doc: 'digits: warps and strokes only, nothing that turns one digit into another',
    }),
    size: integer({ default: 32, minimum: 4, doc: 'side of a view in pixels' }),
    padding: integer({ default: 4, minimum: 0, doc: 'maximum shift in source pixels' }),
    mirror: optional(flag({ doc: 'mirror' }), 'mirrored images keep their class; photo true, digits false'),
    count: integer({ default: 3, minimum: 0, doc: 'random operations per view (USB: 3, RandAugment: 2)' }),
    strength: number({ default: 1, minimum: 0, maximum: 2, doc: 'scales all strengths; 1 is the published list' }),
    cutout: number({
      default: 0.5,
      minimum: 0,
      maximum: 1,
      doc: 'maximum side of the cut-out square, as a fraction of the side of the view',
    }),
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
    const { strongPolicy } = await import('./strong-policy.js');
    await storePolicy(
      outputs.policy,
      strongPolicy(params.kind, {
        size: params.size,
        padding: params.padding,
        mirror: params.mirror ?? params.kind === 'photo',
        count: params.count,
        strength: params.strength,
        cutout: params.cutout,
        normalise: normalisationOf(params.kind, params.mean, params.std),
      }),
    );
  },
});
