import { StageInputError } from '@twoshot/stage';

/** @throws StageInputError where there is not one mean and one deviation for every channel */
export function normalisationOf(params: {
  readonly channels: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}): { mean: readonly number[]; std: readonly number[] } {
  const { channels, mean, std } = params;
  for (const [name, values] of Object.entries({ mean, std }))
    if (values.length !== channels)
      throw new StageInputError(
        'normalisation',
        `${name} must have one value for each of ${channels} channels, got [${values.join(', ')}]`,
      );
  return { mean, std };
}
