import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { commandLine } from '@twoshot/diagnostics';
import type { JsonSchema, Param } from '@twoshot/stage';
import { isNull, type Entry, type Located } from '../yaml/located.js';

/** Several paths, for a param that takes them. */
const aList = /^\s*\[.*\]\s*$/s;

/** Text in quotes that the shell left, or with `${name}` in it. */
const asInFiles = /^(["']).*\1$|\$\{[\w .-]*\}/s;

/**
 * The value of a param that names a file or folder. One from the command line is taken literally: `#`, `:` and numbers
 * have no YAML meaning there, and it is relative to the working directory. `~` is the home folder in both.
 *
 * @param cwd folder in which the command line was typed
 */
export function pathValue({ value, typed }: Entry, { schema }: Pick<Param<unknown>, 'schema'>, cwd: string): Located {
  // Such text and an empty value are YAML, as they are in a file.
  if (typed === undefined || typed.text.trim() === '' || asInFiles.test(typed.text.trim()))
    return asWritten(value, cwd);
  if (value.type === 'list' && aList.test(typed.text) && takesSeveral(schema)) return asWritten(value, cwd);
  if (isNull(value) && typed.text.trim() === 'null' && 'anyOf' in schema) return value;
  return { type: 'scalar', value: resolve(cwd, homely(typed.text)), where: typed.where };
}

const takesSeveral = (schema: JsonSchema): boolean =>
  schema['type'] === 'array' ||
  (Array.isArray(schema['anyOf']) && (schema['anyOf'] as JsonSchema[]).some(takesSeveral));

/**
 * The value of an axis of a param that names a file or folder: as that of the param itself.
 *
 * @param axis the values; typed as one that is no list, it is what was typed
 */
export const axisPath = (item: Located, axis: Entry, param: Pick<Param<unknown>, 'schema'>, cwd: string): Located =>
  axis.typed === undefined || /^\s*\[/.test(axis.typed.text)
    ? asWritten(item, cwd)
    : pathValue({ ...axis, value: item }, param, cwd);

/** One that was typed is relative to where it was typed, also where a param of the pipeline brought it. */
const asWritten = (value: Located, cwd: string): Located =>
  at(value, (text) => (value.where.file === commandLine ? resolve(cwd, homely(text)) : homely(text)));

const homely = (path: string): string => (/^~(\/|$)/.test(path) ? join(homedir(), path.slice(1)) : path);

function at(value: Located, change: (text: string) => string): Located {
  if (value.type === 'list') return { ...value, items: value.items.map((item) => at(item, change)) };
  return value.type === 'scalar' && typeof value.value === 'string' && value.value !== ''
    ? { ...value, value: change(value.value) }
    : value;
}
