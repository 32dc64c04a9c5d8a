import { choice, defineStage, flag, integer, number, numbers, optional } from '@twoshot/stage';

const share = { minimum: 0, maximum: 1 };

export default defineStage({
  name: 'augment/contrastive',
  summary: 'Augmentation policy for contrastive views: crop and colour for photographs, warps and strokes for digits',
  params: {
    kind: choice(['photo', 'digits'], {
      default: 'photo',
      doc: 'photo: crop, mirror, colour; digits: warps, stroke thickness, never mirror, quarter turns or colour',
    }),
    size: optional(integer({ minimum: 4, doc: 'pixels' }), 'side of a view in pixels; photo 16, digits 20'),
    area: optional(
      numbers({ ...share, doc: 'share' }),
      'minimum and maximum fraction of the image area in a crop; photo [0.2, 1], digits [1, 1] (no crop)',
    ),
    ratio: numbers({ default: [0.75, 1.3333], minimum: 0.01, doc: 'minimum and maximum width / height of a crop' }),
    mirror: optional(
      flag({ doc: 'mirror' }),
      'mirrored images keep their class; photo true, digits false. If true, features average image and mirror image',
    ),
    rotation: optional(
      number({ minimum: 0, maximum: 180, doc: 'degrees' }),
      'maximum rotation in degrees; photo 0, digits 15',
    ),
    scale: optional(numbers({ minimum: 0.1, doc: 'factors' }), 'factors of size; photo [1, 1], digits [0.8, 1.2]'),
    shear: optional(
      number({ minimum: 0, maximum: 60, doc: 'degrees' }),
      'maximum shear in degrees; photo 0, digits 10',
    ),
    translate: optional(
      number({ ...share, doc: 'share' }),
      'maximum translation as a fraction of the side; photo 0, digits 0.1',
    ),
    elastic: optional(
      number({ minimum: 0, doc: 'pixels' }),
      'maximum displacement of a node of the elastic warp in source pixels; photo 0, digits 4',
    ),
    stroke: number({
      ...share,
      default: 0.7,
      doc: 'digits: blending of strokes with their 3x3 maximum (thick) or minimum (thin)',
    }),
    erase: optional(number({ ...share, doc: 'probability' }), 'probability of erasing a box; photo 0, digits 0.25'),
    colour: number({
      minimum: 0,
      maximum: 2.5,
      default: 1,
      doc: 'photo: strength; 1 is 0.4 for brightness, contrast, saturation and 0.1 turns of hue (SimCLR)',
    }),
    colourProbability: number({ ...share, default: 0.8, doc: 'photo: probability of a colour change' }),
    exactColour: flag({
      default: false,
      doc: 'photo: the four exact steps in random order instead of one matrix (slower)',
    }),
    grey: number({ ...share, default: 0.2, doc: 'photo: probability of greyscale' }),
    blur: number({ ...share, default: 0, doc: 'photo: probability of a blur (none on small images: SimSiam)' }),
    solarize: number({ ...share, default: 0, doc: 'photo: probability of solarisation' }),
    mean: optional(numbers({ doc: 'means' }), 'mean of each channel in 0..1, or one for all; by kind'),
    std: optional(
      numbers({ minimum: 1e-6, doc: 'standard deviations' }),
      'standard deviation of each channel, or one for all; by kind',
    ),
  },
  inputs: {},
  outputs: { policy: { kind: 'policy', doc: 'augmentation policy of the views' } },
  async run({ params, outputs }) {
    const { digitsPolicy, photoPolicy } = await import('./contrastive-policy.js');
    const { normalisationOf } = await import('./normalisation.js');
    const { rangeParam } = await import('./ranges.js');
    const { storePolicy } = await import('./store-policy.js');
    const digits = params.kind === 'digits';
    const geometry = {
      size: params.size ?? (digits ? 20 : 16),
      area: rangeParam('area', params.area ?? (digits ? [1, 1] : [0.2, 1])),
      ratio: rangeParam('ratio', params.ratio),
      mirror: params.mirror ?? !digits,
      rotation: params.rotation ?? (digits ? 15 : 0),
      scale: rangeParam('scale', params.scale ?? (digits ? [0.8, 1.2] : [1, 1])),
      shear: params.shear ?? (digits ? 10 : 0),
      translate: params.translate ?? (digits ? 0.1 : 0),
      elastic: params.elastic ?? (digits ? 4 : 0),
      erase: params.erase ?? (digits ? 0.25 : 0),
      normalise: normalisationOf(params.kind, params.mean, params.std),
    };
    await storePolicy(outputs.policy, digits ? digitsPolicy(geometry, params.stroke) : photoPolicy(geometry, params));
  },
});
