import { ArtifactError } from './artifact-error.js';
import type { Predictions } from './contents.js';

/** The answer for a row of none of the classes, in every output for users. */
export const noneOfThese = 'none of these';

/** @throws ArtifactError where users could not tell a class from that answer, and for numbers outside 0..1 */
export function checkNone(file: string, { rows, classNames, none }: Predictions): void {
  if (none === undefined) return;
  const { probability, threshold } = none;
  if (classNames.includes(noneOfThese))
    throw new ArtifactError(file, `no class '${noneOfThese}', which is the answer for rows of no class`, 'one');
  if (probability.length !== rows.count)
    throw new ArtifactError(file, `${rows.count} probabilities of none of the classes`, `${probability.length}`);
  const odd = [threshold, ...probability].find((one) => !(one >= 0 && one <= 1));
  if (odd !== undefined)
    throw new ArtifactError(file, 'probabilities and a threshold in 0..1 for none of the classes', `${odd}`);
}
