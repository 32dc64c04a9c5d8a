import type { ComparedMethod, Comparison } from '@twoshot/events';
import { describeProtocol } from '@twoshot/page';
import { columns } from '@twoshot/terminal';

const figure = (value: number): string => value.toFixed(4);
const signed = (value: number): string => `${value > 0 ? '+' : ''}${figure(value)}`;
const range = ([low, high]: readonly [number, number], show: (value: number) => string): string =>
  `${show(low)} to ${show(high)}`;
const chance = (value: number): string => (value < 0.0001 ? value.toExponential(1) : value.toFixed(4));

/** A comparison as a table: the methods with their means, and their differences to the first one. */
export function comparisonText({ metric, draws, methods }: Comparison): string {
  const header = ['method', metric, '95 %', 'difference', '95 %', 'higher', 'lower', 'p'];
  const first = methods[0]!;
  return [
    ...columns([header, ...methods.map(methodRow)], '  '),
    '',
    ...protocols(methods, draws),
    `  Differences to ${first.name}, paired by draw, with the intervals of Student's t; higher and lower: draws.`,
    `  p: Wilcoxon's signed-rank test, two-sided${methods.length > 2 ? `, adjusted by Holm's method for ${methods.length - 1} comparisons` : ''}.`,
  ].join('\n');
}

function methodRow({ name, estimate, difference }: ComparedMethod): string[] {
  const own = [name, figure(estimate.mean), estimate.interval === null ? '' : range(estimate.interval, figure)];
  if (difference === null) return own;
  const { mean, interval, higher, lower, adjustedP } = difference;
  return [
    ...own,
    signed(mean),
    interval === null ? '' : range(interval, signed),
    String(higher),
    String(lower),
    chance(adjustedP),
  ];
}

/** One protocol for all, or that of each, where they were not measured in the same way. */
function protocols(methods: readonly ComparedMethod[], draws: readonly number[]): string[] {
  const words = methods.map(({ protocol }) => describeProtocol({ ...protocol, n: draws.length }, draws));
  if (new Set(words).size === 1) return [`  ${words[0]!}`];
  return [
    '  The methods were not measured in the same way:',
    ...columns(
      methods.map(({ name }, at) => [name, words[at]!]),
      '    ',
    ),
  ];
}
