import { isAbsolute, relative } from 'node:path';
import { printable, textWidth } from '@twoshot/terminal';
import { quote } from './wording.js';
import { commandLine, type Failure, type Where } from './failure.js';

export interface FormatOptions {
  /** Text of the file of `where`, for failures that do not carry the line. */
  readonly source?: string;
  /** Paths below this folder are shown relative to it; the working directory if absent. */
  readonly base?: string;
}

/** Longer lines are cut around the caret, since a caret under a wrapped line would be misplaced. */
const widest = 110;

/**
 * A failure as the user reads it: `file:line:column: message`, the line with a caret, then what was expected and
 * found, the nearest valid name and what to do next. No newline at the end.
 */
export function formatFailure(failure: Failure, options: FormatOptions = {}): string {
  const lines: string[] = [];
  const { where } = failure;
  lines.push(where === null ? failure.message : `${formatWhere(where, options.base)}: ${failure.message}`);
  if (where !== null) lines.push(...excerpt(where, options.source));
  const facts: [string, string | undefined][] = [
    ['expected', failure.expected],
    ['found', failure.found],
    ['nearest', failure.nearest === undefined ? undefined : quote(failure.nearest)],
    ...(failure.related ?? []).map(({ label, where: other }): [string, string] => [
      'see',
      `${formatWhere(other, options.base)} (${label})`,
    ]),
    ['next', failure.next],
  ];
  for (const [label, text] of facts) {
    if (text !== undefined) lines.push(`  ${`${label}:`.padEnd(9)} ${text}`);
  }
  return lines.join('\n');
}

/** `file:line:column`, the file relative to `base` where it lies below it. */
export function formatWhere(where: Where, base: string = process.cwd()): string {
  return `${displayPath(where.file, base)}:${where.line}:${where.column}`;
}

/** The path as it is shown to the user: relative to `base` where it lies below it. */
export function displayPath(file: string, base: string = process.cwd()): string {
  if (file === commandLine || !isAbsolute(file)) return file;
  const below = relative(base, file);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? file : below;
}

function excerpt(where: Where, source: string | undefined): string[] {
  const line = where.text ?? source?.split(/\r?\n/)[where.line - 1];
  if (line === undefined) return [];
  const length = Math.max(1, where.length ?? 1);
  const { text, column } = window(line.replaceAll('\t', ' ').trimEnd(), where.column, length);
  const gutter = String(where.line);
  const before = textWidth(printable(text.slice(0, column - 1)));
  const caret = '^'.repeat(Math.max(1, textWidth(printable(text.slice(column - 1, column - 1 + length)))));
  return [`  ${gutter} | ${printable(text)}`, `  ${' '.repeat(gutter.length)} | ${' '.repeat(before)}${caret}`];
}

/** The part of a long line around `column`. */
function window(line: string, column: number, length: number): { text: string; column: number } {
  if (line.length <= widest) return { text: line, column };
  const middle = column - 1 + Math.min(length, widest) / 2;
  const start = Math.max(0, Math.min(Math.floor(middle - widest / 2), line.length - widest));
  const left = start > 0 ? '…' : '';
  const right = start + widest < line.length ? '…' : '';
  return { text: `${left}${line.slice(start, start + widest)}${right}`, column: column - start + left.length };
}
