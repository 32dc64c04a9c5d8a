import { failed, success, type Failure, type Result, type Where } from '@twoshot/diagnostics';
import { cached, cacheOf } from '../workspace-cache.js';
import type { Entry, Located, LocatedScalar } from './located.js';
import { parseYaml, type Source } from './parse-yaml.js';

/** Increased when the same text would parse differently. */
const form = 2;

/** Line, column and length: the line itself is in the text, and may hold ten thousand values. */
type StoredPlace = readonly [line: number, column: number, length: number];

/** JSON has no maps: their entries are a list. */
type Stored =
  | { readonly type: 'scalar'; readonly value: LocatedScalar['value']; readonly at: StoredPlace }
  | { readonly type: 'list'; readonly items: readonly Stored[]; readonly at: StoredPlace }
  | {
      readonly type: 'map';
      readonly entries: readonly (readonly [name: string, key: StoredPlace, value: Stored])[];
      readonly at: StoredPlace;
    };

const placeOf = ({ line, column, length = 1 }: Where): StoredPlace => [line, column, length];

function store(located: Located): Stored {
  const at = placeOf(located.where);
  if (located.type === 'scalar') return { type: 'scalar', value: located.value, at };
  if (located.type === 'list') return { type: 'list', items: located.items.map(store), at };
  const entries = [...located.entries].map(([name, { key, value }]) => [name, placeOf(key), store(value)] as const);
  return { type: 'map', entries, at };
}

function restore(stored: Stored, { file, text }: Source): Located {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const whereOf = ([line, column, length]: StoredPlace): Where => ({
    file,
    line,
    column,
    length,
    text: lines[line - 1] ?? '',
  });
  const located = (one: Stored): Located => {
    const where = whereOf(one.at);
    if (one.type === 'scalar') return { type: 'scalar', value: one.value, where };
    if (one.type === 'list') return { type: 'list', items: one.items.map(located), where };
    const entries = one.entries.map(([name, key, value]): [string, Entry] => [
      name,
      { key: whereOf(key), value: located(value) },
    ]);
    return { type: 'map', entries: new Map(entries), where };
  };
  return located(stored);
}

/** As `parseYaml`, but a text that was parsed before is read from the cache: loading the parser alone takes longer. */
export async function parseYamlOnce(source: Source, workspace: string): Promise<Result<Located>> {
  const result = await cached<{ value: Stored } | { failures: readonly Failure[] }>(
    cacheOf(workspace),
    'yaml',
    { form, ...source },
    () => {
      const parsed = parseYaml(source);
      return Promise.resolve(parsed.ok ? { value: store(parsed.value) } : { failures: parsed.failures });
    },
  );
  return 'value' in result ? success(restore(result.value, source)) : failed(...result.failures);
}
