import type { Protocol } from '@twoshot/artifact';

const ranges = (draws: readonly number[]): string =>
  draws.length > 1 ? `draws ${draws[0]}-${draws.at(-1)!}` : `draw ${draws[0]}`;

/** A protocol in words: on what a figure was taken, and by whom it may be compared. */
export function describeProtocol(protocol: Protocol, draws: readonly number[] | null = null): string {
  const { set, rows, labelled, transductive, split, draw, seed, n } = protocol;
  return [
    `${rows} of ${set}`,
    `${labelled} labelled`,
    transductive ? 'transductive' : 'inductive',
    `split ${split}`,
    draws === null ? `draw ${draw}` : ranges(draws),
    `seed ${seed}`,
    `n=${n}`,
  ].join(', ');
}
