import { integer, number, numbers, type ParamValues } from '@twoshot/stage';
import type { ViewGroup } from '@twoshot/training';

/** Params of methods with two large and several small views (Caron et al. 2020, section 3.2). */
export const multiCropParams = {
  localViews: integer({ default: 2, minimum: 0, doc: 'small views in addition to the two large ones' }),
  localScale: number({
    default: 0.6,
    minimum: 0.2,
    maximum: 1,
    doc: 'side of the small views relative to the large ones',
  }),
  localArea: numbers({
    default: [0.1, 0.35],
    minimum: 0.01,
    maximum: 1,
    doc: 'minimum and maximum fraction of the image area in a small view',
  }),
};

/** Two large views and as many small ones as the params say. */
export function multiCropViews(params: ParamValues<typeof multiCropParams>): readonly ViewGroup[] {
  const { localViews, localScale, localArea } = params;
  const [low = 0.1, high = 0.35] = localArea;
  return [{ count: 2 }, { count: localViews, scale: localScale, area: [low, high] }];
}
