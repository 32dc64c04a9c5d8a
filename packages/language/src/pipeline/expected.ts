import type { JsonSchema } from '@twoshot/stage';
import { listNames, quote } from '@twoshot/diagnostics';

/** What a JSON Schema requires, in words: "an integer of at least 1". */
export function expectation(schema: JsonSchema): string {
  const { enum: choices, anyOf, const: constant, type } = schema;
  if (Array.isArray(choices)) return `one of ${listNames(choices.map(String), 30)}`;
  if (constant !== undefined) return quote(show(constant));
  if (Array.isArray(anyOf)) return anyOf.map((each: unknown) => (isSchema(each) ? expectation(each) : '')).join(' or ');
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types.map((each) => ofType(each, schema)).join(' or ');
}

function ofType(type: unknown, schema: JsonSchema): string {
  switch (type) {
    case 'integer':
      return `an integer${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return text(schema);
    case 'null':
      return '`null`';
    case 'array':
      return `a list${size(schema)}${schema['uniqueItems'] === true ? ' without repeats' : ''}${isSchema(schema['items']) ? `, each ${expectation(schema['items'])}` : ''}`;
    case 'object':
      return 'a map';
    default: {
      const { description: _, default: __, ...rules } = schema;
      return `a value that matches ${JSON.stringify(rules)}`;
    }
  }
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: JsonSchema): string {
  const step = multipleOf === undefined ? '' : `, a multiple of ${show(multipleOf)}`;
  const limits: string[] = [];
  if (minimum !== undefined) limits.push(`at least ${show(minimum)}`);
  if (exclusiveMinimum !== undefined) limits.push(`more than ${show(exclusiveMinimum)}`);
  if (maximum !== undefined) limits.push(`at most ${show(maximum)}`);
  if (exclusiveMaximum !== undefined) limits.push(`less than ${show(exclusiveMaximum)}`);
  return `${limits.length > 0 ? ` of ${limits.join(' and ')}` : ''}${step}`;
}

function text({ minLength, pattern }: JsonSchema): string {
  const words = minLength === undefined ? 'a string' : 'a string that is not empty';
  return pattern === undefined ? words : `${words} that matches ${quote(show(pattern))}`;
}

function size({ minItems, maxItems }: JsonSchema): string {
  if (minItems === undefined && maxItems === undefined) return '';
  if (minItems === maxItems) return ` of ${show(minItems)}`;
  if (maxItems === undefined) return ` of at least ${show(minItems)}`;
  return minItems === undefined ? ` of at most ${show(maxItems)}` : ` of ${show(minItems)} to ${show(maxItems)}`;
}

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;
