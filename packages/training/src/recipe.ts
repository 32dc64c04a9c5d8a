import type { Images, Json } from '@twoshot/artifact';
import type { Policy } from '@twoshot/views';

/**
 * What a model remembers of its training. `mirror`, `normalise` and `size` say how features are taken with it; the
 * settings of the method go before these.
 */
export function recipeOf(
  stage: string,
  { name, mirror, normalise, size }: Policy,
  { channels }: Pick<Images, 'channels'>,
  settings: Readonly<Record<string, Json>>,
): Json {
  return {
    stage,
    policy: name,
    mirror,
    channels,
    normalise: normalise === null ? null : { mean: normalise.mean, std: normalise.std },
    size,
    ...settings,
  };
}
