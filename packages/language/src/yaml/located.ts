import type { Failure, Where } from '@twoshot/diagnostics';

/** YAML that remembers where each value was written, also when it came through an alias, a merge or `extends`. */
export type Located = LocatedScalar | LocatedList | LocatedMap;

interface Place {
  readonly where: Where;
  /** Where `${name}` inserted it, if the value is that of a param of the pipeline. */
  readonly via?: Where;
}

export interface LocatedScalar extends Place {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
}

interface LocatedList extends Place {
  readonly type: 'list';
  readonly items: readonly Located[];
}

export interface LocatedMap extends Place {
  readonly type: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  /** Where the key was written. */
  readonly key: Where;
  readonly value: Located;
  /** An edge that comes, through `extends`, from a stage with another `use`: dropped where it does not fit this one. */
  readonly carried?: true;
  /** The value as typed on the command line, where a path is not read as YAML. */
  readonly typed?: Typed;
}

export interface Typed {
  readonly text: string;
  readonly where: Where;
  /** Its YAML errors. */
  readonly faulty: Failure | null;
}

export type Entries = ReadonlyMap<string, Entry>;

/** The plain value. */
export function plain(located: Located): unknown {
  if (located.type === 'scalar') return plainScalar(located);
  if (located.type === 'list') return located.items.map(plain);
  return Object.fromEntries([...located.entries].map(([key, { value }]) => [key, plain(value)]));
}

export const plainScalar = ({ value }: LocatedScalar): LocatedScalar['value'] =>
  typeof value === 'string' ? unmask(value) : value;

export const isNull = (located: Located): boolean => located.type === 'scalar' && located.value === null;

/** The value at a path of keys and positions, or the deepest existing one on the way. */
export function locate(located: Located, path: readonly string[]): Located {
  const [step, ...rest] = path;
  if (step === undefined || located.type === 'scalar') return located;
  const inner = located.type === 'list' ? located.items[Number(step)] : located.entries.get(step)?.value;
  return inner === undefined ? located : locate(inner, rest);
}

/**
 * `{ shots: ${shots} }` is not YAML: inside a flow map a brace ends the word. So before parsing, the characters `${}`
 * are replaced by as many characters of Unicode's private use area, which keeps every position; afterwards they mark
 * where to insert a param.
 */
const open = '\u{E000}\u{E000}';
const close = '\u{E001}';

export const mask = (text: string): string => text.replaceAll(/\$\{([\w .-]*)\}/g, `${open}$1${close}`);
export const unmask = (text: string): string => text.replaceAll(open, '${').replaceAll(close, '}');

/** The name between the markers, in a text that went through `mask`. */
export const interpolations = (text: string): RegExpExecArray[] => [
  ...text.matchAll(new RegExp(`${open}([\\w .-]*)${close}`, 'g')),
];
