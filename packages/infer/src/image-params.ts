import { integer, number, optional, text } from '@twoshot/stage';

/** Params of stages that classify images with a model. */
export const imageParams = {
  part: optional(text({ doc: 'part' }), 'part of the model that classifies; null for the only one that can'),
  size: optional(
    integer({ minimum: 4, doc: 'side in pixels' }),
    'side of the images in pixels; null for the side of the model',
  ),
  crops: integer({
    default: 0,
    minimum: 0,
    doc: 'random crops of each image whose predictions are averaged with that of the whole image',
  }),
  cropArea: number({ default: 0.6, minimum: 0.05, maximum: 1, doc: 'minimum fraction of the image area in a crop' }),
  batch: integer({ default: 256, minimum: 1, doc: 'images per batch' }),
};
