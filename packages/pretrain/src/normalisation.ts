import { StageInputError } from '@twoshot/stage';

/** @throws StageInputError unless there is one mean and one standard deviation per channel */
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
