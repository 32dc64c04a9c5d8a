import type { Sweep, SweepRow } from '@twoshot/events';
import { describeFigure, describeProtocol } from '@twoshot/page';

type Estimate = SweepRow['values'][string];

/** A sweep as rows of cells: a title, a row for each point, a row for each mean, and the protocol that all share. */
export function sweepRows(sweep: Sweep): { readonly rows: string[][]; readonly protocol: string } {
  const { stage, axes, metrics, points, means, repeats, protocol, draws } = sweep;
  const row = (title: string, { axes: at, values }: SweepRow): string[] => [
    title,
    ...axes.map((axis) => String(at[axis] ?? '')),
    ...metrics.map((name) => (values[name] === undefined ? '' : figure(values[name], sweep))),
  ];
  const seeds = points.flatMap(({ axes: at }) => (typeof at['seed'] === 'number' ? [at['seed']] : []));
  const words = describeProtocol(
    protocol,
    drawsOf(sweep) ?? draws,
    seeds.length === 0 ? undefined : [...new Set(seeds)],
  );
  return {
    rows: [
      [stage, ...axes, ...metrics],
      ...points.map((point) => row('', point)),
      ...means.map((mean) => row(`mean over ${repeats.join(', ')}`, mean)),
    ],
    protocol: `${words}${anyInterval(sweep) ? '; ± is half of a 95 % interval' : ''}`,
  };
}

const figure = ({ mean, interval }: Estimate, { protocol }: Sweep): string =>
  `${describeFigure(mean, protocol)}${interval === null ? '' : ` ± ${((interval[1] - interval[0]) / 2).toFixed(4)}`}`;

const anyInterval = ({ points, means }: Sweep): boolean =>
  [...points, ...means].some(({ values }) => Object.values(values).some(({ interval }) => interval !== null));

/** The draws of an axis of the matrix. */
function drawsOf({ points, repeats }: Sweep): readonly number[] | null {
  const axis = repeats.find((name) => name !== 'seed');
  const values = axis === undefined ? [] : points.map(({ axes }) => axes[axis]);
  const draws = [...new Set(values)].filter((value) => typeof value === 'number');
  return draws.length === 0 ? null : draws;
}
