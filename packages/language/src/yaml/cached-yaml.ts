import { failed, success, type Failure, type Result } from '@twoshot/diagnostics';
import { cached, cacheOf } from '../workspace-cache.js';
import type { Entry, Located } from './located.js';
import type { Source } from './parse-yaml.js';

/** Raised when the same text would be read in another way. */
const form = 1;

/** JSON has no maps: their entries stand as a list. */
type Stored =
  | Exclude<Located, { readonly type: 'map' | 'list' }>
  | { readonly type: 'list'; readonly items: readonly Stored[]; readonly where: Located['where'] }
  | {
      readonly type: 'map';
      readonly entries: readonly (readonly [string, Omit<Entry, 'value'> & { readonly value: Stored }])[];
      readonly where: Located['where'];
    };

function store(located: Located): Stored {
  if (located.type === 'scalar') return located;
  if (located.type === 'list') return { ...located, items: located.items.map(store) };
  const entries = [...located.entries].map(([name, entry]) => [name, { ...entry, value: store(entry.value) }] as const);
  return { ...located, entries };
}

function restore(stored: Stored): Located {
  if (stored.type === 'scalar') return stored;
  if (stored.type === 'list') return { ...stored, items: stored.items.map(restore) };
  const entries = stored.entries.map(([name, entry]) => [name, { ...entry, value: restore(entry.value) }] as const);
  return { ...stored, entries: new Map(entries) };
}

/** As `parseYaml`, but a text that was read before is not parsed again: to load the parser alone takes longer. */
export async function parseYamlOnce(source: Source, workspace: string): Promise<Result<Located>> {
  const result = await cached<{ value: Stored } | { failures: readonly Failure[] }>(
    cacheOf(workspace),
    'yaml',
    { form, ...source },
    async () => {
      const { parseYaml } = await import('./parse-yaml.js');
      const parsed = parseYaml(source);
      return parsed.ok ? { value: store(parsed.value) } : { failures: parsed.failures };
    },
  );
  return 'value' in result ? success(restore(result.value)) : failed(...result.failures);
}
