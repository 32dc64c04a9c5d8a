import type { Protocol } from '@twoshot/artifact';

const ranges = (draws: readonly number[]): string =>
  draws.length > 1 ? `draws ${draws[0]}-${draws.at(-1)!}` : `draw ${draws[0]}`;

const seen = ({ transductive }: { readonly transductive: boolean }): string =>
  transductive ? 'transductive' : 'inductive';

/** What a type of metric depends on besides its rows, its seed and the number of results it is a mean over. */
function circumstances(protocol: Protocol): readonly string[] {
  switch (protocol.type) {
    case 'classification':
      return [`${protocol.labelled} labelled`, seen(protocol), `split ${protocol.split}`];
    case 'clustering': {
      const { clusters, classes, partitions, split } = protocol;
      const mean = partitions === 1 ? [] : [`mean of ${partitions} partitions`];
      return [`${clusters} clusters of ${classes} classes`, ...mean, seen(protocol), `split ${split}`];
    }
    case 'retrieval':
      return [`each among ${protocol.gallery}`, seen(protocol), `split ${protocol.split}`];
    case 'detection': {
      const { unknown, labelled, split } = protocol;
      return [`${unknown} of unknown classes`, `${labelled} labelled`, seen(protocol), `split ${split}`];
    }
    case 'figure':
      return [protocol.of];
    case 'curve':
      return [`${protocol.points} points over ${protocol.over}`];
    default:
      return [];
  }
}

/** A figure as its protocol wants it: a count as it is, any other with four decimals. */
export const describeFigure = (value: number, { type }: Protocol): string =>
  type === 'count' ? String(Number(value.toFixed(1))) : value.toFixed(4);

/**
 * A protocol in words: what a metric was measured on, and what it may be compared with.
 *
 * @param draws that the metric is a mean over
 * @param seeds of several results that share the rest of the protocol
 */
export function describeProtocol(
  protocol: Protocol,
  draws: readonly number[] | null = null,
  seeds: readonly number[] = [protocol.seed],
): string {
  const { set, rows, n, outside } = protocol;
  if (protocol.type === 'count') return `${rows} ${protocol.of} of ${set}`;
  const drawn = draws !== null ? [ranges(draws)] : 'draw' in protocol ? [`draw ${protocol.draw}`] : [];
  const brought = outside.length === 0 ? [] : [`outside weights: ${outside.join('; ')}`];
  return [
    `${rows} of ${set}`,
    ...circumstances(protocol),
    ...drawn,
    `${seeds.length > 1 ? 'seeds' : 'seed'} ${seeds.join(' ')}`,
    `n=${n}`,
    ...brought,
  ].join(', ');
}
