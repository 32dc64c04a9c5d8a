import type { Json } from '@twoshot/artifact';
import type { Operation, OperationName, Policy } from './policy.js';

type Found = Json | undefined;
type Mapping = { readonly [key: string]: Json };
type Check = (value: Found) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
const isNumbers = (value: Found): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every(isNumber);
const isRange: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber) && Number(value[0]) <= Number(value[1]);
const absentOr =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const nullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const factor = { factor: isRange };
const colour = { brightness: isRange, contrast: isRange, saturation: isRange, hue: isRange };
const box = { area: isRange, ratio: isRange };
const maybe = absentOr(isRange);

/** Fields of every operation beside `op` and `probability`. */
const fields: { readonly [K in OperationName]: Readonly<Record<string, Check>> } = {
  affine: { degrees: maybe, scale: maybe, shearX: maybe, shearY: maybe, translateX: maybe, translateY: maybe },
  autocontrast: {},
  blur: { sigma: isRange },
  brightness: factor,
  'colour-jitter': colour,
  'colour-matrix': colour,
  contrast: factor,
  cutout: { side: isRange, fill: isNumber },
  elastic: { strength: isRange, nodes: isCount },
  equalize: {},
  erase: { ...box, fill: nullOr(isNumber) },
  greyscale: {},
  'horizontal-flip': {},
  identity: {},
  'pad-crop': { padding: isCount },
  posterize: { bits: isRange },
  'random-choice': { count: isCount, choices: (value) => Array.isArray(value) && value.length > 0 },
  'resized-crop': box,
  saturation: factor,
  sharpness: factor,
  solarize: { threshold: isRange },
  stroke: { strength: isRange },
};

/**
 * The policy that an artifact holds.
 *
 * @throws if it is invalid, with the path and what was expected there.
 */
export function parsePolicy(json: Json): Policy {
  const { name, size, mirror, border, normalise, operations } = record(json, 'policy');
  return {
    name: typeof name === 'string' ? name : refuse('policy.name', 'text', name),
    size: isCount(size) ? Number(size) : refuse('policy.size', 'a side of at least 1 pixel', size),
    mirror: typeof mirror === 'boolean' ? mirror : refuse('policy.mirror', 'true or false', mirror),
    border:
      border === 'edge' || border === 'reflect' || typeof border === 'number'
        ? border
        : refuse('policy.border', '`edge`, `reflect` or a value in 0..1', border),
    normalise: normalise === null ? null : parseNormalisation(record(normalise, 'policy.normalise')),
    operations: parseOperations(operations, 'policy.operations'),
  };
}

function parseNormalisation({ mean, std }: Mapping): Policy['normalise'] {
  if (!isNumbers(mean)) return refuse('policy.normalise.mean', 'a list of numbers', mean);
  if (!isNumbers(std)) return refuse('policy.normalise.std', 'a list of numbers', std);
  return { mean, std };
}

function parseOperations(json: Found, where: string): readonly Operation[] {
  if (!isList(json)) return refuse(where, 'a list of operations', json);
  return json.map((entry, at) => parseOperation(entry, `${where}[${at}]`));
}

function parseOperation(json: Json, where: string): Operation {
  return isOperation(json, where) ? json : refuse(where, 'an operation', json);
}

function isOperation(json: Json, where: string): json is Json & Operation {
  const { op, probability, ...values } = record(json, where);
  if (!isOperationName(op)) return refuse(`${where}.op`, `one of ${Object.keys(fields).join(', ')}`, op);
  const own = fields[op];
  for (const [name, value] of Object.entries(values))
    if (!Object.hasOwn(own, name)) refuse(`${where}.${name}`, `only ${Object.keys(own).join(', ')}`, value);
  for (const [name, check] of Object.entries(own))
    if (!check(values[name])) refuse(`${where}.${name}`, 'a value of another type', values[name]);
  if (!absentOr(isNumber)(probability)) refuse(`${where}.probability`, 'a number in 0..1', probability);
  if (op === 'random-choice') parseOperations(values['choices'], `${where}.choices`);
  return true;
}

function isOperationName(op: Found): op is OperationName {
  return typeof op === 'string' && Object.hasOwn(fields, op);
}

function isList(json: Found): json is readonly Json[] {
  return Array.isArray(json);
}

function isMapping(json: Found): json is Mapping {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function record(json: Found, where: string): Mapping {
  return isMapping(json) ? json : refuse(where, 'a mapping', json);
}

function refuse(where: string, expected: string, found: Found): never {
  throw new TypeError(
    `${where}: expected ${expected}, found ${found === undefined ? 'nothing' : JSON.stringify(found)}`,
  );
}
