import type { Protocol } from '@twoshot/artifact';
import { estimateMean, type Estimate } from '@twoshot/evaluate/statistics';
import type { StageOutcome } from './events.js';

/** Metrics of one stage, of one result or as means over draws. */
export interface StageMetrics {
  /** By name, prefixed with the output's name where a stage has several `metrics` outputs. */
  readonly values: Readonly<Record<string, Estimate>>;
  /** Of the first result; `n` counts the results. */
  readonly protocol: Protocol;
  /** Draws that the values are means over; null for one result. */
  readonly draws: readonly number[] | null;
  /** By name, the value of each of `draws`, null where it has none; empty without draws. */
  readonly perDraw: Readonly<Record<string, readonly (number | null)[]>>;
}

type Scored = Pick<StageMetrics, 'protocol'> & { readonly values: Readonly<Record<string, number>> };

function scored(metrics: StageOutcome['metrics']): Scored | null {
  const ports = Object.entries(metrics);
  const first = ports[0];
  if (first === undefined) return null;
  const named = ports.flatMap(([port, { values }]) =>
    Object.entries(values).map(([name, value]) => [ports.length === 1 ? name : `${port}.${name}`, value] as const),
  );
  return { values: Object.fromEntries(named), protocol: first[1].protocol };
}

/** Metrics of all stages that have some, by stage. */
export function metricsOf(outcomes: readonly StageOutcome[]): Readonly<Record<string, StageMetrics>> {
  const byStage = new Map<string, { readonly draw: number | null; readonly scored: Scored }[]>();
  for (const { stage, draw, metrics } of outcomes) {
    const own = scored(metrics);
    if (own !== null) byStage.set(stage, [...(byStage.get(stage) ?? []), { draw, scored: own }]);
  }
  const all: Record<string, StageMetrics> = {};
  for (const [stage, results] of byStage) {
    const { protocol } = results[0]!.scored;
    const names = [...new Set(results.flatMap((result) => Object.keys(result.scored.values)))];
    const draws = results.flatMap(({ draw }) => draw ?? []);
    all[stage] = {
      values: Object.fromEntries(
        names.map((name) => [name, estimateMean(results.flatMap((result) => result.scored.values[name] ?? []))]),
      ),
      protocol: draws.length > 1 ? { ...protocol, n: draws.length } : protocol,
      draws: draws.length === 0 ? null : draws,
      perDraw:
        draws.length === 0
          ? {}
          : Object.fromEntries(
              names.map((name) => [name, results.map((result) => result.scored.values[name] ?? null)]),
            ),
    };
  }
  return all;
}

/** Whether several draws have one and the same result, so that their mean would be meaningless. */
export function drawsAreOne(outcomes: readonly StageOutcome[]): boolean {
  const keys = new Map<string, Set<string | null>>();
  const drawn = outcomes.filter(({ draw }) => draw !== null);
  for (const { stage, key } of drawn) keys.set(stage, (keys.get(stage) ?? new Set()).add(key));
  const isShared = [...keys.values()].every((own) => own.size === 1 && !own.has(null));
  return new Set(drawn.map(({ draw }) => draw)).size > 1 && isShared;
}

/**
 * Metrics as `--json` prints them: values by name beside `protocol`; where they are means also `draws`, `interval`, and
 * `perDraw` with a value for each of `draws`.
 */
export function metricsJson({ values, protocol, draws, perDraw }: StageMetrics): Readonly<Record<string, unknown>> {
  const entries = Object.entries(values);
  const common = Object.fromEntries(Object.entries(protocol).filter(([name]) => name !== 'draw'));
  return {
    ...Object.fromEntries(entries.map(([name, { mean }]) => [name, mean])),
    protocol: draws === null ? protocol : common,
    ...(draws === null
      ? {}
      : { draws, interval: Object.fromEntries(entries.map(([name, { interval }]) => [name, interval])), perDraw }),
  };
}
