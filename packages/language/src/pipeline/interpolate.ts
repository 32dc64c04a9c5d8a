import { describeValue, type Failure, listNames, nearest, quote, type Where } from '@twoshot/diagnostics';
import type { PipelineDocument, StageBlock } from './document.js';
import { maxCharacters, maxFailures, maxValues } from '../limits.js';
import { interpolations, plain, type Entries, type Entry, type Located } from '../yaml/located.js';

/**
 * Replaces `${name}` by params of the pipeline: a value that consists of it alone keeps the param's type, within a
 * longer string the param is written as text. Params may refer to each other.
 */
export function interpolate(document: PipelineDocument): { document: PipelineDocument; failures: Failure[] } {
  const interpolator = new Interpolator(document.params);
  const params = interpolator.all();
  const stages = new Map<string, StageBlock>();
  for (const [name, block] of document.stages) {
    stages.set(name, {
      ...block,
      use: interpolator.fill(block.use),
      inputs: interpolator.fillEntries(block.inputs),
      params: interpolator.fillEntries(block.params),
      matrix: interpolator.fillEntries(block.matrix),
    });
  }
  const seed = document.seed === null ? null : interpolator.fill(document.seed);
  const outputs = interpolator.fillEntries(document.outputs);
  return { document: { ...document, seed, params, stages, outputs }, failures: interpolator.failures };
}

class Interpolator {
  readonly failures: Failure[] = [];
  readonly #params: Entries;
  readonly #filled = new Map<string, Located>();
  readonly #open: string[] = [];
  /** What was put in so far; a param of a param of a param doubles a value each time. */
  #values = 0;
  #characters = 0;
  readonly #sizes = new WeakMap<Located, number>();

  constructor(params: Entries) {
    this.#params = params;
  }

  all(): Entries {
    const filled = new Map<string, Entry>();
    for (const [name, entry] of this.#params) filled.set(name, { ...entry, value: this.#param(name, entry.value) });
    return filled;
  }

  fill(located: Located): Located {
    if (located.type === 'list') return { ...located, items: located.items.map((item) => this.fill(item)) };
    if (located.type === 'map') return { ...located, entries: this.fillEntries(located.entries) };
    return typeof located.value === 'string' ? this.#fillText(located, located.value) : located;
  }

  fillEntries(entries: Entries): Entries {
    const filled = new Map<string, Entry>();
    for (const [name, entry] of entries) filled.set(name, { ...entry, value: this.fill(entry.value) });
    return filled;
  }

  #fillText(located: Located, text: string): Located {
    const matches = interpolations(text);
    const [first] = matches;
    if (first === undefined) return located;
    if (first[0].length === text.length) {
      return { ...this.#lookUp((first[1] ?? '').trim(), located.where), via: located.where };
    }
    let filled = '';
    let end = 0;
    for (const match of matches) {
      const name = (match[1] ?? '').trim();
      filled += text.slice(end, match.index) + this.#asText(name, located.where);
      end = match.index + match[0].length;
    }
    return { type: 'scalar', value: filled + text.slice(end), where: located.where };
  }

  #asText(name: string, where: Where): string {
    const value = this.#lookUp(name, where);
    if (value.type === 'scalar' && value.value !== null) {
      const text = String(value.value);
      this.#characters += text.length;
      return this.#characters > maxCharacters ? this.#refuseSize(maxCharacters, 'characters', where) : text;
    }
    // An unknown name has already been reported.
    if (this.#params.has(name)) {
      this.failures.push({
        code: 'bad-interpolation',
        message: `the param ${quote(name)} cannot be inserted into a string`,
        where: within(where, name),
        expected: 'a string, a number, true or false',
        found: describeValue(plain(value)),
        related: [{ label: 'its value', where: value.where }],
      });
    }
    return '';
  }

  #lookUp(name: string, where: Where): Located {
    const entry = this.#params.get(name);
    if (entry !== undefined) {
      const value = this.#param(name, entry.value);
      this.#values += this.#sizeOf(value);
      if (this.#values <= maxValues) return value;
      this.#refuseSize(maxValues, 'values', where);
    }
    if (entry !== undefined || this.failures.length >= maxFailures) return { type: 'scalar', value: null, where };
    const near = nearest(name, this.#params.keys());
    this.failures.push({
      code: 'unknown-pipeline-param',
      message: `the pipeline has no param ${quote(name)}`,
      where: within(where, name),
      expected: this.#params.size === 0 ? 'a name under `params:`' : `one of ${listNames(this.#params.keys())}`,
      found: quote(name),
      ...(near === null ? {} : { nearest: near }),
    });
    return { type: 'scalar', value: null, where };
  }

  /** Values in a value, itself included. */
  #sizeOf(located: Located): number {
    if (located.type === 'scalar') return 1;
    const known = this.#sizes.get(located);
    if (known !== undefined) return known;
    const inner = located.type === 'list' ? located.items : [...located.entries.values()].map(({ value }) => value);
    const size = inner.reduce((sum, one) => sum + this.#sizeOf(one), 1);
    this.#sizes.set(located, size);
    return size;
  }

  #refuseSize(most: number, what: string, where: Where): string {
    const message = `\`\${name}\` puts more than ${most} ${what} into this pipeline`;
    if (!this.failures.some(({ code }) => code === 'too-large'))
      this.failures.push({ code: 'too-large', message, where, next: 'params that hold each other double every time' });
    return '';
  }

  #param(name: string, value: Located): Located {
    const known = this.#filled.get(name);
    if (known !== undefined) return known;
    const cycle = this.#open.indexOf(name);
    if (cycle >= 0) {
      const path = [...this.#open.slice(cycle), name].map(quote).join(' -> ');
      this.failures.push({ code: 'cycle', message: `a param depends on itself: ${path}`, where: value.where });
      return { type: 'scalar', value: null, where: value.where };
    }
    this.#open.push(name);
    const filled = this.fill(value);
    this.#open.pop();
    this.#filled.set(name, filled);
    return filled;
  }
}

/** The position of `${name}` in the string at `where`. */
function within(where: Where, name: string): Where {
  const sign = new RegExp(`\\$\\{\\s*${name.replaceAll(/[.]/g, '\\.')}\\s*\\}`, 'g');
  sign.lastIndex = where.column - 1;
  const match = sign.exec(where.text ?? '');
  return match === null ? where : { ...where, column: match.index + 1, length: match[0].length };
}
