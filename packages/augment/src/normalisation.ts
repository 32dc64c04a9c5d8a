import type { Normalisation } from '@twoshot/views';
import { StageInputError } from '@twoshot/stage';

/** Means and deviations of CIFAR-10's channels, and of MNIST's digits on their 32 x 32 canvas. */
const usual = {
  photo: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
  digits: { mean: [0.1], std: [0.275] },
} as const;

/** The given normalisation, or the usual one of the kind of image. */
export function normalisationOf(
  kind: keyof typeof usual,
  mean: readonly number[] | null,
  std: readonly number[] | null,
): Normalisation {
  if (mean === null && std === null) return usual[kind];
  if (mean === null || std === null || mean.length !== std.length)
    throw new StageInputError(
      'bad-normalisation',
      `params mean and std: expected two lists of one length, found ${mean?.length ?? 'no'} means and ${std?.length ?? 'no'} deviations.`,
    );
  return { mean, std };
}
