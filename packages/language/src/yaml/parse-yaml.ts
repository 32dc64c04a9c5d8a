import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import type { Document, LineCounter, Node, Pair, YAMLMap } from 'yaml';
import { describeValue, failed, type Failure, quote, type Result, success, type Where } from '@twoshot/diagnostics';
import { maxDepth, maxKeyLength, maxFailures, maxValues } from '../limits.js';
import { mask, unmask, type Entry, type Located } from './located.js';

const load = createRequire(import.meta.url);

/** Loaded with the first text that is parsed, see `parseYamlOnce`. */
const yaml = (): typeof Yaml => load('yaml') as typeof Yaml;

/** A text to be parsed. */
export interface Source {
  /** Absolute path, or `command line`. */
  readonly file: string;
  readonly text: string;
  /** Shown in messages instead of `text`; of the same length. */
  readonly shown?: string;
}

/** Parses YAML 1.2 with `<<` merges; duplicate keys, unknown tags and several documents are failures. */
export function parseYaml(source: Source): Result<Located> {
  const { LineCounter: Counter, parseDocument } = yaml();
  if (isTooDeep(source.text)) return failed(tooDeep({ file: source.file, line: 1, column: 1 }));
  const lineCounter = new Counter();
  const document = parseDocument<Node>(mask(source.text), {
    lineCounter,
    // Reported below, with the position of the first one.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const reader = new Reader(source, lineCounter, document);
  for (const { code, message, pos } of [...document.errors, ...document.warnings].slice(0, 1)) {
    if (code === 'RESOURCE_EXHAUSTION') return failed(tooDeep({ file: source.file, line: 1, column: 1 }));
    // The parser reports a missing end where the next thing begins, which may be an empty line.
    const written = source.text.slice(0, pos[0]).trimEnd().length;
    const atEnd = source.text.slice(pos[0]).trim() === '';
    reader.reject(unmask(message.replace(/; please use .*$/s, '')), atEnd ? written : pos[0], pos[1] - pos[0]);
  }
  if (reader.failures.length > 0) return failed(...reader.failures);
  const located = reader.read(document.contents);
  return reader.failures.length > 0 ? failed(...reader.failures) : success(located);
}

/** Brackets and dashes that stand in each other; the reader finds the place where the values get too deep. */
const maxOpen = 10 * maxDepth;

/**
 * Whether a text goes so deep that it must not reach the parser, which follows it by recursion: where the stack ends within
 * a regular expression, the whole process does.
 */
function isTooDeep(text: string): boolean {
  const { CST, Lexer } = yaml();
  let brackets = 0;
  let dashes = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'newline') dashes = 0;
    else if (type === 'flow-seq-start' || type === 'flow-map-start') brackets += 1;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') brackets -= 1;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') dashes += 1;
    if (brackets + dashes > maxOpen) return true;
  }
  return false;
}

const tooDeep = (where: Where): Failure => ({
  code: 'too-large',
  message: `maps and lists stand in each other more than ${maxDepth} deep`,
  where,
  expected: `at most ${maxDepth} levels`,
});

/** What no name of a file or of a stage can hold. */
// oxlint-disable-next-line no-control-regex
const unwritable = /[\0\p{Surrogate}]/u;

class Reader {
  readonly #yaml = yaml();
  readonly failures: Failure[] = [];
  readonly #source: Source;
  readonly #lines: LineCounter;
  readonly #document: Document;
  readonly #open = new Set<Node>();
  #values = 0;

  constructor(source: Source, lines: LineCounter, document: Document) {
    this.#source = source;
    this.#lines = lines;
    this.#document = document;
  }

  reject(message: string, offset: number, length: number): void {
    this.failures.push({ code: 'yaml-syntax', message, where: this.#where(offset, length) });
  }

  read(node: Node | null | undefined): Located {
    if (node === null || node === undefined) return { type: 'scalar', value: null, where: this.#where(0, 1) };
    const [start, end] = node.range ?? [0, 1];
    this.#values += 1;
    if (this.failures.length >= maxFailures) return { type: 'scalar', value: null, where: this.#where(start, 1) };
    if (this.#open.size >= maxDepth && !this.#yaml.isScalar(node)) {
      this.failures.push(tooDeep(this.#where(start, 1)));
      return { type: 'scalar', value: null, where: this.#where(start, 1) };
    }
    if (this.#values > maxValues || this.#open.has(node)) {
      if (this.failures.length === 0) {
        const why = this.#open.has(node) ? 'this value contains itself' : `more than ${maxValues} values`;
        this.reject(`${why} through aliases`, start, end - start);
      }
      return { type: 'scalar', value: null, where: this.#where(start, 1) };
    }
    if (this.#yaml.isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) this.reject(`no anchor ${quote(`&${node.source}`)} precedes this`, start, end - start);
      return this.read(target);
    }
    this.#open.add(node);
    const located = this.#content(node, start, end);
    this.#open.delete(node);
    return located;
  }

  #content(node: Node, start: number, end: number): Located {
    if (this.#yaml.isMap<Node, Node | null>(node))
      return { type: 'map', entries: this.#entries(node), where: this.#where(start, 1) };
    if (this.#yaml.isSeq<Node>(node)) {
      const items = node.items.map((item) => this.read(item));
      return { type: 'list', items, where: this.#where(start, 1) };
    }
    const value: unknown = this.#yaml.isScalar(node) ? node.value : null;
    const where = this.#where(start, end - start);
    if (typeof value === 'string' && unwritable.test(value))
      this.reject('a text holds half a character (a lone surrogate), or the character U+0000', start, end - start);
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return { type: 'scalar', value, where };
    }
    this.reject(`${describeValue(value)} is not a plain value`, start, end - start);
    return { type: 'scalar', value: null, where };
  }

  #entries(map: YAMLMap<Node, Node | null>): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    const merged: Located[] = [];
    for (const pair of map.items) {
      if (this.failures.length >= maxFailures) break;
      const { key } = pair;
      const [start, end] = key.range ?? [0, 1];
      if (this.#yaml.isScalar(key) && key.value === '<<' && key.type === 'PLAIN') {
        merged.push(...this.#merged(pair));
        continue;
      }
      const written: unknown = this.#yaml.isScalar(key) ? key.value : null;
      if (typeof written !== 'string' && typeof written !== 'number' && typeof written !== 'boolean') {
        this.reject('a key must be a name', start, end - start);
        continue;
      }
      const name = unmask(String(written));
      const where = this.#where(start, end - start);
      if (name.length > maxKeyLength) {
        const message = `a name has ${name.length} characters`;
        this.failures.push({ code: 'too-large', message, where, expected: `at most ${maxKeyLength} characters` });
        continue;
      }
      if (unwritable.test(name)) {
        this.reject('a name holds half a character (a lone surrogate), or the character U+0000', start, end - start);
        continue;
      }
      const first = entries.get(name);
      if (first !== undefined) {
        this.failures.push({
          code: 'duplicate-key',
          message: `the key ${quote(name)} is given twice`,
          where,
          related: [{ label: 'first given here', where: first.key }],
          next: 'remove one of the two',
        });
        continue;
      }
      entries.set(name, { key: where, value: this.#valueOf(pair, where) });
    }
    for (const source of merged) {
      if (source.type !== 'map') continue;
      for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return entries;
  }

  #valueOf({ value }: Pair<Node, Node | null>, key: Where): Located {
    const located = value === null ? null : this.read(value);
    // `name:` without a value has no position of its own: the key is what the user sees.
    return located === null || (located.type === 'scalar' && located.value === null && located.where.length === 0)
      ? { type: 'scalar', value: null, where: key }
      : located;
  }

  #merged({ key, value }: Pair<Node, Node | null>): readonly Located[] {
    const located = this.read(value);
    const sources = located.type === 'list' ? located.items : [located];
    if (sources.some((source) => source.type !== 'map')) {
      const [start, end] = key.range ?? [0, 1];
      this.reject('`<<` merges a map or a list of maps', start, end - start);
    }
    return sources;
  }

  #where(offset: number, length: number): Where {
    const { line, col } = this.#lines.linePos(offset);
    const start = this.#lines.lineStarts[line - 1] ?? 0;
    const next = this.#lines.lineStarts[line];
    const shown = this.#source.shown ?? this.#source.text;
    const text = shown.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '');
    return {
      file: this.#source.file,
      line,
      column: col,
      length: Math.min(length, Math.max(1, text.length - col + 1)),
      text,
    };
  }
}
