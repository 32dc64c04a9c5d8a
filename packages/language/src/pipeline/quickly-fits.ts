import type { JsonSchema } from '@twoshot/stage';

/** Keywords that do not restrict a value. */
const silent = new Set(['description', 'default', 'title']);

/**
 * Whether a value fits a schema of the simple kind that most params have. False decides nothing: a schema with any
 * other keyword, or a value that may not fit, goes to the validator, which takes 0.1 s to load and compile.
 */
export function quicklyFits(value: unknown, schema: JsonSchema): boolean {
  return Object.entries(schema).every(([keyword, rule]) => silent.has(keyword) || follows(value, keyword, rule));
}

function follows(value: unknown, keyword: string, rule: unknown): boolean {
  switch (keyword) {
    case 'type':
      return typeof rule === 'string' && isOfType(value, rule);
    case 'enum':
      return Array.isArray(rule) && typeof value !== 'object' && rule.includes(value);
    case 'minimum':
      return typeof rule === 'number' && typeof value === 'number' && value >= rule;
    case 'maximum':
      return typeof rule === 'number' && typeof value === 'number' && value <= rule;
    case 'minLength':
      return rule === 1 && typeof value === 'string' && value !== '';
    case 'items':
      return isSchema(rule) && Array.isArray(value) && value.every((item) => quicklyFits(item, rule));
    case 'anyOf':
      return Array.isArray(rule) && rule.some((each) => isSchema(each) && quicklyFits(value, each));
    default:
      return false;
  }
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return false;
  }
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
