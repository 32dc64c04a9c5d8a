import { columns } from '@twoshot/terminal';
import type { LoadedStage } from '@twoshot/language';
import { memoryOf } from '@twoshot/stage';

type Declaration = LoadedStage['declaration'];
type Schema = Declaration['params'][string]['schema'];
type Port = Declaration['inputs'][string];

/** All stages with their summaries. */
export const listText = (stages: readonly LoadedStage[], width: number): string =>
  columns(
    stages.map(({ name, declaration }) => [name, declaration.summary]),
    '  ',
    { width, columns: [] },
  ).join('\n');

const typeName = (type: unknown): string => (typeof type === 'string' ? type : 'any value');

const bound = (word: string, value: unknown): string[] => (typeof value === 'number' ? [`${word} ${value}`] : []);

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

function typeText(schema: Schema): string {
  const { enum: values, anyOf, type, items, minimum, maximum } = schema as Readonly<Record<string, unknown>>;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(anyOf)) return anyOf.filter(isSchema).map(typeText).join(' | ');
  if (type === 'array') return `list of ${isSchema(items) ? typeText(items) : 'values'}`;
  const range = [...bound('from', minimum), ...bound('to', maximum)].join(' ');
  return range === '' ? typeName(type) : `${typeName(type)} ${range}`;
}

/** One path, or several where the schema has a list. */
const pathText = (schema: Schema): string => (typeText(schema).includes('list of') ? 'path | list of paths' : 'path');

function paramRow([name, { schema, external, drawn }]: readonly [string, Declaration['params'][string]]): string[] {
  const { default: fallback, description } = schema as Readonly<Record<string, unknown>>;
  return [
    name,
    `${external ? pathText(schema) : typeText(schema)}${drawn === true ? ', drawn' : ''}`,
    fallback === undefined ? 'required' : JSON.stringify(fallback),
    typeof description === 'string' ? description : '',
  ];
}

function portRow([name, { kind, doc, many, optional, query, set, shown }]: readonly [string, Port]): string[] {
  const traits = [
    many === true ? 'many' : '',
    optional === true ? 'optional' : '',
    query === true ? 'query' : '',
    set === undefined ? '' : `set ${set}`,
    shown === true ? 'shown' : '',
  ];
  return [name, kind, traits.filter((trait) => trait !== '').join(', '), doc];
}

/** Types and defaults may be long lists. */
const widest = [null, 34, 22];

const section = (title: string, rows: readonly (readonly string[])[], width: number): string[] =>
  rows.length === 0 ? [] : ['', title, ...columns(rows, '  ', { width, columns: widest })];

function threadsText(threads: NonNullable<Declaration['resources']>['threads'] = 'one'): string {
  return typeof threads === 'string' ? threads : `at most ${threads.maximum}`;
}

/**
 * One stage with its params and ports.
 *
 * @param width columns of the terminal
 */
export function stageText({ name, package: owner, declaration }: LoadedStage, width: number): string {
  const { summary, params, inputs, outputs, engine, scores, reports, env, resources } = declaration;
  const facts = [
    `package ${owner}`,
    ...(engine === true ? ['uses the engine'] : []),
    ...(scores === true ? ['scores: may read hidden labels'] : []),
    ...(reports === true ? ['reports: may read the output of scoring stages'] : []),
    ...(env === undefined || env.length === 0 ? [] : [`environment ${env.join(', ')}`]),
    `threads ${threadsText(resources?.threads)}`,
    `memory ${memoryOf(resources)} MiB`,
  ];
  return [
    name,
    summary,
    facts.join('; '),
    ...section('params', Object.entries(params).map(paramRow), width),
    ...section('inputs', Object.entries(inputs).map(portRow), width),
    ...section('outputs', Object.entries(outputs).map(portRow), width),
  ].join('\n');
}
