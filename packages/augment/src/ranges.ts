import { StageInputError } from '@twoshot/stage';

/** A range given as a param, `[minimum, maximum]`. */
export function rangeParam(name: string, values: readonly number[]): readonly [number, number] {
  const [lowest, highest] = values;
  if (values.length !== 2 || lowest === undefined || highest === undefined || lowest > highest)
    throw new StageInputError(
      'bad-range',
      `param ${name}: expected [minimum, maximum], found [${values.join(', ')}]. Give two ascending numbers.`,
    );
  return [lowest, highest];
}

/** `[-reach, reach]` */
export const around = (reach: number): readonly [number, number] => [-reach, reach];

/** `[1 - reach, 1 + reach]`, never below 0. */
export const aroundOne = (reach: number): readonly [number, number] => [Math.max(0, 1 - reach), 1 + reach];
