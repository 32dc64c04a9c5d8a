import type { Normalisation } from './policy.js';

/** Refuses a normalisation that has neither one value nor one for each channel. @param whose for the message */
export function checkChannels(whose: string, normalise: Normalisation | null, channels: number): void {
  for (const values of [normalise?.mean, normalise?.std])
    if (values !== undefined && values.length !== 1 && values.length !== channels)
      throw new RangeError(
        `the normalisation ${whose} has ${values.length} channels, the images have ${channels}: give 1 value or ${channels}`,
      );
}
