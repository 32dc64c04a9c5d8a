import type { Protocol } from '@twoshot/artifact';
import { estimateMean, type Estimate } from '@twoshot/evaluate/statistics';
import type { MatrixPoint, RunTask } from './events.js';
import type { StageMetrics } from './metrics.js';

type AxisValues = MatrixPoint['axes'];

/** The metrics of one stage over the points of its matrix. */
export interface Sweep {
  /** Name of the stage in the pipeline file. */
  readonly stage: string;
  readonly axes: readonly string[];
  readonly metrics: readonly string[];
  /** Of the first point. */
  readonly protocol: Protocol;
  readonly draws: readonly number[] | null;
  /** In the order of the matrix. */
  readonly points: readonly SweepRow[];
  /** Means over the axes along which the experiment is repeated, one for each point of the others; empty without such axes. */
  readonly means: readonly SweepRow[];
  /** The axes that `means` are over. */
  readonly repeats: readonly string[];
}

/** Metrics at the given values of axes; of means, those of the axes that are not averaged over. */
export interface SweepRow {
  readonly axes: AxisValues;
  readonly values: Readonly<Record<string, Estimate>>;
}

/** One sweep for each stage that has metrics at more than one point of a matrix. */
export function sweepsOf(tasks: readonly RunTask[], metrics: Readonly<Record<string, StageMetrics>>): Sweep[] {
  const pointOf = new Map(tasks.map(({ stage, point }) => [stage, point]));
  const byInstance = new Map<string, { readonly point: MatrixPoint; readonly own: StageMetrics }[]>();
  for (const [stage, own] of Object.entries(metrics)) {
    const point = pointOf.get(stage);
    if (point !== undefined)
      byInstance.set(point.instance, [...(byInstance.get(point.instance) ?? []), { point, own }]);
  }
  return [...byInstance].filter(([, points]) => points.length > 1).map(([stage, points]) => sweepOf(stage, points));
}

function sweepOf(stage: string, all: readonly { readonly point: MatrixPoint; readonly own: StageMetrics }[]): Sweep {
  const { point: first, own } = all[0]!;
  const axes = Object.keys(first.axes);
  const repeats = axes.filter((axis) => first.repeats.includes(axis));
  const points = all.map(({ point, own: { values } }) => ({ axes: point.axes, values }));
  return {
    stage,
    axes,
    metrics: [...new Set(points.flatMap(({ values }) => Object.keys(values)))],
    protocol: own.protocol,
    draws: own.draws,
    points,
    means: repeats.length === 0 ? [] : meansOver(repeats, points),
    repeats,
  };
}

function meansOver(repeats: readonly string[], points: readonly SweepRow[]): SweepRow[] {
  const groups = new Map<string, { readonly axes: AxisValues; readonly rows: SweepRow[] }>();
  for (const row of points) {
    const axes = Object.fromEntries(Object.entries(row.axes).filter(([axis]) => !repeats.includes(axis)));
    const group = groups.get(JSON.stringify(axes)) ?? { axes, rows: [] };
    group.rows.push(row);
    groups.set(JSON.stringify(axes), group);
  }
  return [...groups.values()].map(({ axes, rows }) => {
    const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
    const values = names.map(
      (name) => [name, estimateMean(rows.flatMap((row) => row.values[name]?.mean ?? []))] as const,
    );
    return { axes, values: Object.fromEntries(values) };
  });
}

/** A sweep as `--json` prints it: a row for each point, with its axes and metrics side by side. */
export const sweepJson = ({
  stage,
  axes,
  metrics,
  points,
  means,
  repeats,
}: Sweep): Readonly<Record<string, unknown>> => ({
  stage,
  axes,
  metrics,
  points: points.map(rowJson),
  repeats,
  means: means.map(rowJson),
});

const rowJson = ({ axes, values }: SweepRow): Readonly<Record<string, unknown>> => ({
  axes,
  ...Object.fromEntries(Object.entries(values).map(([name, { mean }]) => [name, mean])),
  interval: Object.fromEntries(Object.entries(values).map(([name, { interval }]) => [name, interval])),
});
