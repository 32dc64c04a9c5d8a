import type { Protocol } from '@twoshot/artifact';
import { csvName } from '@twoshot/artifact/csv-field';
import { commandLine, failed, listNames, nearest, quote, success, type Result } from '@twoshot/diagnostics';
import { estimateMean, holmAdjusted, wilcoxonTest, type Estimate } from '@twoshot/evaluate/statistics';
import type { RunResult } from './run-result.js';

/** One metric of several methods on the same draws; every method is compared with the first one. */
export interface Comparison {
  readonly metric: string;
  readonly draws: readonly number[];
  readonly methods: readonly ComparedMethod[];
}

export interface ComparedMethod {
  /** The pipeline, with the stage that scores where it has several; the stage alone where all methods are of one pipeline. */
  readonly name: string;
  readonly pipeline: string;
  readonly stage: string;
  readonly protocol: Protocol;
  /** [draws] */
  readonly perDraw: readonly number[];
  readonly estimate: Estimate;
  /** Null for the first method. */
  readonly difference: PairedDifference | null;
}

/** A method minus the first one, paired by draw. */
export interface PairedDifference extends Estimate {
  /** Draws in which the method has the higher and the lower value. */
  readonly higher: number;
  readonly lower: number;
  /** Of Wilcoxon's signed-rank test, two-sided: exact up to 50 draws. */
  readonly pValue: number;
  /** Adjusted by Holm's method for the number of methods. */
  readonly adjustedP: number;
}

/** The results of one pipeline, under the name that the user gave it. */
export interface NamedResult {
  readonly name: string;
  readonly result: RunResult;
}

type Scores = Omit<ComparedMethod, 'estimate' | 'difference'> & {
  readonly metric: string;
  readonly draws: readonly number[];
};

/** Differences of equal numbers of rows differ by rounding only: they are ties. */
const decimals = 1e12;

/**
 * Compares a metric of all stages that have it.
 *
 * @param wanted `metric` or `stage.metric`; `accuracy`, else the first metric, if null
 * @returns failures where fewer than two methods have it in at least two draws
 */
export function compareMethods(results: readonly NamedResult[], wanted: string | null): Result<Comparison> {
  const metric = wanted ?? defaultMetric(results);
  const scores = results.flatMap((named) => scoresOf(named, metric, results.length === 1));
  const [first, ...others] = scores;
  if (first === undefined || others.length === 0) return tooFew(metric, scores, results);
  const draws = first.draws.filter((draw) => others.every((other) => other.draws.includes(draw)));
  if (draws.length < 2)
    return failed({
      code: 'command-line',
      message: 'the methods have fewer than two draws in common',
      where: null,
      expected: '`--draws A-B`, for pipelines that have a param which draws set',
      found: draws.length === 1 ? `draw ${draws[0]!}` : 'none',
    });
  const own = scores.map((each) => draws.map((draw) => each.perDraw[each.draws.indexOf(draw)]!));
  const tests = own.slice(1).map((values) => pairedDifference(values, own[0]!));
  const adjusted = holmAdjusted(tests.map(({ pValue }) => pValue));
  const methods = scores.map(({ name, pipeline, stage, protocol }, at): ComparedMethod => {
    const difference = at === 0 ? null : { ...tests[at - 1]!, adjustedP: adjusted[at - 1]! };
    return { name, pipeline, stage, protocol, perDraw: own[at]!, estimate: estimateMean(own[at]!), difference };
  });
  return success({ metric: first.metric, draws, methods });
}

/** Every metric of every stage. */
const offeredBy = (results: readonly NamedResult[]): { readonly stage: string; readonly metric: string }[] =>
  results.flatMap(({ result: { metrics } }) =>
    Object.entries(metrics).flatMap(([stage, { values }]) => Object.keys(values).map((metric) => ({ stage, metric }))),
  );

function defaultMetric(results: readonly NamedResult[]): string {
  const names = offeredBy(results).map(({ metric }) => metric);
  return names.includes('accuracy') ? 'accuracy' : (names[0] ?? 'accuracy');
}

/** The metric of a stage that `metric` or `stage.metric` means; the stage with or without its axes. */
const meant = (wanted: string, stage: string, names: readonly string[]): string | undefined =>
  names.find((name) => [name, `${stage}.${name}`, `${stage.split('@', 1)[0]!}.${name}`].includes(wanted));

function scoresOf({ name, result: { pipeline, metrics } }: NamedResult, wanted: string, isOnly: boolean): Scores[] {
  const own = Object.entries(metrics).flatMap(([id, all]) => {
    const metric = meant(wanted, id, Object.keys(all.values));
    return metric === undefined ? [] : [{ id, metric, ...all }];
  });
  return own.map(({ id, metric, protocol, draws, perDraw }) => {
    const scored = (draws ?? []).flatMap((draw, at) => {
      const value = perDraw[metric]?.[at] ?? null;
      return value === null ? [] : [{ draw, value }];
    });
    return {
      name: isOnly ? id : own.length === 1 ? name : `${name} ${id}`,
      metric,
      pipeline,
      stage: id,
      protocol,
      draws: scored.map(({ draw }) => draw),
      perDraw: scored.map(({ value }) => value),
    };
  });
}

function pairedDifference(values: readonly number[], base: readonly number[]): Omit<PairedDifference, 'adjustedP'> {
  const differences = values.map((value, at) => Math.round((value - base[at]!) * decimals) / decimals);
  const { pValue } = wilcoxonTest(
    differences,
    differences.map(() => 0),
  );
  return {
    ...estimateMean(differences),
    higher: differences.filter((difference) => difference > 0).length,
    lower: differences.filter((difference) => difference < 0).length,
    pValue,
  };
}

function tooFew(wanted: string, scores: readonly Scores[], results: readonly NamedResult[]): Result<never> {
  const offered = offeredBy(results);
  const names = new Set(offered.map(({ metric }) => metric));
  const near = nearest(wanted, [...names, ...offered.map(({ stage, metric }) => `${stage}.${metric}`)]);
  return failed({
    code: 'command-line',
    message: `${scores.length === 0 ? 'no stage has' : `only ${scores[0]!.name} has`} the metric ${quote(wanted)}, and two methods are needed`,
    where: { file: commandLine, line: 1, column: 10, length: wanted.length, text: `--metric ${wanted}` },
    expected:
      names.size === 0 ? 'pipelines with a stage that scores' : `one of ${listNames(names)}, or \`stage.metric\``,
    ...(near === null || near === wanted ? {} : { nearest: near }),
  });
}

/** A comparison as `--json` prints it. */
export const comparisonJson = ({ metric, draws, methods }: Comparison): Readonly<Record<string, unknown>> => ({
  metric,
  draws,
  methods: methods.map(({ name, pipeline, stage, protocol, perDraw, estimate, difference }) => ({
    method: name,
    pipeline,
    stage,
    mean: estimate.mean,
    interval: estimate.interval,
    perDraw,
    difference:
      difference === null
        ? null
        : { to: methods[0]!.name, ...difference, mean: difference.mean, interval: difference.interval },
    protocol: Object.fromEntries(Object.entries(protocol).filter(([key]) => key !== 'draw')),
  })),
  error: null,
});

/** A comparison as CSV: a line for each draw, a column for each method. */
export const comparisonCsv = ({ draws, methods }: Comparison): string =>
  [
    ['draw', ...methods.map(({ name }) => csvName(name))],
    ...draws.map((draw, at) => [draw, ...methods.map(({ perDraw }) => perDraw[at]!)]),
  ]
    .map((cells) => cells.join(','))
    .join('\n');
