import { commandLine, type Failure, type Result } from '@twoshot/diagnostics';
import { type Draws } from '@twoshot/language';
import type { Invocation } from './parse.js';

const mistake = (option: string, value: string, expected: string): Failure => ({
  code: 'command-line',
  message: `--${option} has an invalid value`,
  where: {
    file: commandLine,
    line: 1,
    column: option.length + 4,
    length: Math.max(1, value.length),
    text: `--${option} ${value}`,
  },
  expected,
  found: `\`${value}\``,
});

const wrong = (failure: Failure): Result<never> => ({ ok: false, failures: [failure] });

/** The value of an option that may be given once. */
export const textOf = ({ options }: Invocation, name: string): string | undefined => options.get(name)?.[0];

export const valuesOf = ({ options }: Invocation, name: string): readonly string[] => options.get(name) ?? [];

export const isGiven = ({ options }: Invocation, name: string): boolean => options.has(name);

/** An integer from `minimum` to `maximum`; undefined where the option is not given. */
export function integerOf(
  invocation: Invocation,
  name: string,
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): Result<number | undefined> {
  const text = textOf(invocation, name);
  if (text === undefined) return { ok: true, value: undefined };
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return { ok: true, value };
  const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return wrong(mistake(name, text, `an integer ${range}`));
}

/** A path as it was given; undefined where the option is not given. */
export function pathOf(invocation: Invocation, name: string): Result<string | undefined> {
  const text = textOf(invocation, name);
  return text?.trim() === '' ? wrong(mistake(name, text, 'a path')) : { ok: true, value: text };
}

/** One of several words; undefined where the option is not given. */
export function choiceOf<T extends string>(
  invocation: Invocation,
  name: string,
  choices: readonly T[],
): Result<T | undefined> {
  const text = textOf(invocation, name);
  if (text === undefined) return { ok: true, value: undefined };
  const chosen = choices.find((choice) => choice === text);
  return chosen === undefined ? wrong(mistake(name, text, choices.join(', '))) : { ok: true, value: chosen };
}

const maxDraws = 1000;

/** `--draws A-B`, or a single draw; null where it is not given. */
export function drawsOf(invocation: Invocation): Result<Draws | null> {
  const text = textOf(invocation, 'draws');
  if (text === undefined) return { ok: true, value: null };
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match !== null && first <= last && last - first < maxDraws) return { ok: true, value: { first, last } };
  return wrong(mistake('draws', text, `a range such as 1-30, in ascending order, of at most ${maxDraws} draws`));
}
