import { basename } from 'node:path';
import type { JsonSchema } from '@twoshot/stage';
import { commandLine, describeValue, type Failure, listNames, nearest, quote } from '@twoshot/diagnostics';
import type { LoadedStage } from '../catalogue/catalogue.js';
import { checkValue } from './check-value.js';
import type { StageBlock } from './document.js';
import type { AxisValue } from './graph.js';
import { axisText } from './id.js';
import type { Axis } from './instance.js';
import { maxValueLength, maxFailures } from '../limits.js';
import { expectation } from './expected.js';
import { axisPath, pathValue } from './typed-path.js';
import { presentName } from './former-name.js';
import { isNull, plain, plainScalar, type Entries, type Entry, type Located } from '../yaml/located.js';

/** Checks the params of a stage and the axes of its matrix against its declaration. */
export function checkParams(
  block: StageBlock,
  stage: LoadedStage,
  cwd: string,
): { params: Entries; axes: ReadonlyMap<string, Axis>; failures: Failure[] } {
  const failures: Failure[] = [];
  /** Names that were probably misspelt: reporting them as missing, too, would add nothing. */
  const meant = new Set<string | undefined>();
  const unknown = (name: string, entry: Entry): void => {
    const failure = unknownParam(name, entry, block, stage);
    failures.push(failure);
    meant.add(failure.nearest);
  };
  const { params: declared } = stage.declaration;
  const params = new Map<string, Entry>();
  for (const [name, given] of block.params) {
    const param = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (param === undefined) {
      unknown(name, given);
      continue;
    }
    const { schema, external } = param;
    const entry = external ? { key: given.key, value: pathValue(given, param, cwd) } : given;
    if (!external && given.typed?.faulty != null) {
      failures.push(given.typed.faulty);
      continue;
    }
    const failure = check(entry.value, schema, name, block, stage);
    if (failure === null) params.set(name, entry);
    else failures.push(failure);
  }
  const axes = new Map<string, Axis>();
  for (const [name, entry] of block.matrix) {
    const param = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const schema = name === 'seed' ? seedSchema : param?.schema;
    if (isNull(entry.value)) continue;
    if (schema === undefined) {
      unknown(name, entry);
      continue;
    }
    const given = name === 'seed' ? undefined : block.params.get(name);
    if (given !== undefined) failures.push(givenTwice(name, given, entry));
    const itemOf = (item: Located): Located =>
      name !== 'seed' && param?.external === true ? axisPath(item, entry, param, cwd) : item;
    const axis = readAxis(name, entry, itemOf, block, (value) => check(value, schema, name, block, stage), failures);
    if (axis !== null) axes.set(name, axis);
  }
  for (const [name, { schema }] of Object.entries(declared)) {
    if ('default' in schema || meant.has(name) || block.params.has(name) || (name !== 'seed' && block.matrix.has(name)))
      continue;
    failures.push({
      code: 'missing-param',
      message: `${quote(block.name)} lacks ${quote(name)}, which has no default`,
      where: block.where,
      expected: expectation(schema),
      next: `npx twoshot stages ${stage.name}`,
    });
  }
  return { params, axes, failures };
}

const seedSchema: JsonSchema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

function check(
  value: Located,
  schema: JsonSchema,
  name: string,
  block: StageBlock,
  stage: LoadedStage,
): Failure | null {
  try {
    return checkValue(value, schema, name, `${quote(block.name)} (${stage.name})`);
  } catch (error) {
    return {
      code: 'broken-stage',
      message: `the schema of ${quote(name)} of ${stage.name} is invalid: ${error instanceof Error ? error.message : String(error)}`,
      where: block.use.where,
    };
  }
}

function unknownParam(name: string, { key }: Entry, block: StageBlock, stage: LoadedStage): Failure {
  const today = presentName(name, stage.declaration.params);
  if (today !== null)
    return {
      code: 'unknown-param',
      message: `${quote(name)} of ${quote(block.name)} (${stage.name}) is now called ${quote(today)}`,
      where: key,
      nearest: today,
    };
  const known = Object.keys(stage.declaration.params);
  const yaml = key.file === commandLine ? yamlWay(name, block) : null;
  if (yaml !== null)
    return {
      code: 'unknown-param',
      message: `\`--set\` sets params, and ${quote(name)} of ${quote(block.name)} (${stage.name}) is none`,
      where: key,
      expected: known.length === 0 ? 'none: this stage has no params' : `one of ${listNames(known)}`,
      next: yaml,
    };
  const near = nearest(name, known);
  return {
    code: 'unknown-param',
    message: `${quote(block.name)} (${stage.name}) has no param ${quote(name)}`,
    where: key,
    expected: known.length === 0 ? 'none: this stage has no params' : `one of ${listNames(known)}`,
    found: quote(name),
    ...(near === null ? {} : { nearest: near }),
    next: `npx twoshot stages ${stage.name}`,
  };
}

/** How a pipeline file changes what `--set` cannot; null where nothing in a stage has that name. */
function yamlWay(name: string, { name: stage, where }: StageBlock): string | null {
  const values: Readonly<Record<string, string>> = {
    use: 'family/implementation',
    in: '{ port: stage.port }',
    matrix: '{ param: [value, value] }',
    params: '{ name: value }',
    seed: '[1, 2, 3]',
  };
  if (!Object.hasOwn(values, name)) return null;
  const body = name === 'seed' ? `matrix: { seed: ${values[name]!} }` : `${name}: ${values[name]!}`;
  const file = `in a file, \`extends: ${where.file === commandLine ? 'pipeline.yaml' : `./${basename(where.file)}`}\` with \`stages: { ${stage}: { ${body} } }\``;
  if (name === 'seed') return `\`--seed N\` for the seed of the pipeline; ${file}`;
  return name === 'params' ? `\`--set ${stage}.name=value\`; ${file}` : file;
}

function givenTwice(name: string, param: Entry, axis: Entry): Failure {
  return {
    code: 'bad-axis',
    message: `${quote(name)} is both a param and an axis of the matrix`,
    where: param.key,
    related: [{ label: 'the axis', where: axis.key }],
    next: 'keep one of the two',
  };
}

function readAxis(
  name: string,
  { key, value }: Entry,
  itemOf: (item: Located) => Located,
  block: StageBlock,
  checkOne: (value: Located) => Failure | null,
  failures: Failure[],
): Axis | null {
  const bad = (message: string, located: Located): void => {
    failures.push({
      code: 'bad-axis',
      message: `the axis ${quote(name)} of ${quote(block.name)} ${message}`,
      where: located.where,
      expected: 'a list of distinct values',
      found: describeValue(plain(located)),
    });
  };
  if (value.type !== 'list') {
    bad('is not a list', value);
    return null;
  }
  if (value.items.length === 0) bad('has no values', value);
  const before = failures.length;
  const values = new Map<string, AxisValue>();
  for (const written of value.items) {
    const item = itemOf(written);
    const scalar = item.type === 'scalar' ? plainScalar(item) : null;
    if (scalar === null) {
      bad('has a value that is not a scalar', item);
      continue;
    }
    if (failures.length >= before + maxFailures) break;
    if (axisText(scalar).length > maxValueLength) {
      bad(`has a value of more than ${maxValueLength} characters`, item);
      continue;
    }
    const failure = checkOne(item);
    if (failure !== null) failures.push(failure);
    if (values.has(axisText(scalar))) bad('repeats a value', item);
    values.set(axisText(scalar), scalar);
  }
  return failures.length > before || values.size === 0 ? null : { where: key, values: [...values.values()] };
}
