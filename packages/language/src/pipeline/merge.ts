import { type Failure, listNames, nearest, quote } from '@twoshot/diagnostics';
import { isNull, type Entries, type Entry, type Located, type LocatedMap } from '../yaml/located.js';
import { changesBy, isOtherUse, type Changes } from './changes.js';

/** A pipeline, and what the files of its chain did to the stages below them. */
export interface Merged {
  readonly document: LocatedMap;
  readonly changes: Changes;
}

/**
 * Merges a pipeline into the one that it extends. Params and outputs merge key by key, stages one at a time; null
 * removes an output or a stage. A stage with another `use` inherits its edges and the axis `seed`, but no params. What
 * lacks the shape of a pipeline is left for the shape check.
 *
 * @returns The merged pipeline; failures for changes of what does not exist.
 */
export function mergePipelines(base: Merged, over: LocatedMap): Merged & { failures: Failure[] } {
  const failures: Failure[] = [];
  const entries = new Map<string, Entry>(base.document.entries);
  // The name comes from the file that is run.
  entries.delete('pipeline');
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    switch (key) {
      case 'params':
        entries.set(key, mergeMaps(below, entry, override));
        break;
      case 'stages':
        failures.push(...strayOverrides(below, entry));
        entries.set(key, mergeMaps(below, entry, mergeStages, removal('stage', failures)));
        break;
      case 'outputs':
        entries.set(key, mergeMaps(below, entry, override, removal('output', failures)));
        break;
      default:
        entries.set(key, entry);
    }
  }
  const document: LocatedMap = { type: 'map', entries, where: over.where };
  return { document, changes: changesBy(over, base.document, base.changes), failures };
}

type Combine = (below: Entry, over: Entry) => Entry;
type Remove = (name: string, over: Entry, below: Entries) => void;

const override: Combine = (_, over) => over;

function mergeMaps(below: Entry | undefined, over: Entry, combine: Combine, remove?: Remove): Entry {
  if (below?.value.type !== 'map' || over.value.type !== 'map') return over;
  const entries = new Map<string, Entry>(below.value.entries);
  for (const [name, entry] of over.value.entries) {
    const inherited = entries.get(name);
    if (remove !== undefined && isNull(entry.value)) {
      if (inherited === undefined) remove(name, entry, below.value.entries);
      entries.delete(name);
    } else {
      entries.set(name, inherited === undefined ? entry : combine(inherited, entry));
    }
  }
  return { key: over.key, value: { type: 'map', entries, where: over.value.where } };
}

const removal =
  (what: string, failures: Failure[]): Remove =>
  (name, { key }, below) => {
    const near = nearest(name, below.keys());
    failures.push({
      code: what === 'stage' ? 'unknown-instance' : 'unknown-key',
      message: `there is no ${what} ${quote(name)} to remove`,
      where: key,
      expected: `one of ${listNames(below.keys())}`,
      ...(near === null ? {} : { nearest: near }),
    });
  };

/** Stages without `use` override an inherited one; where there is none of that name, the name is misspelt. */
function strayOverrides(below: Entry | undefined, over: Entry): Failure[] {
  if (below?.value.type !== 'map' || over.value.type !== 'map') return [];
  const inherited = below.value.entries;
  return [...over.value.entries].flatMap(([name, { key, value }]): Failure[] => {
    if (value.type !== 'map' || value.entries.has('use') || inherited.has(name)) return [];
    const near = nearest(name, inherited.keys());
    return [
      {
        code: 'unknown-instance',
        message: `there is no stage ${quote(name)} to override`,
        where: key,
        expected: `one of ${listNames(inherited.keys())}; a new stage needs \`use\``,
        found: quote(name),
        ...(near === null ? {} : { nearest: near }),
      },
    ];
  });
}

function mergeStages(below: Entry, over: Entry): Entry {
  if (below.value.type !== 'map' || over.value.type !== 'map') return over;
  const inherited = isOtherUse(over.value, below.value) ? forOtherUse(below.value) : below.value;
  const entries = new Map<string, Entry>(inherited.entries);
  for (const [key, entry] of over.value.entries) {
    if (isNull(entry.value) && key !== 'use') entries.delete(key);
    else if (key === 'params' || key === 'in' || key === 'matrix')
      entries.set(key, mergeMaps(entries.get(key), entry, override));
    else entries.set(key, entry);
  }
  // A name is a param or an axis; the extending file decides which.
  for (const [key, other] of [
    ['params', 'matrix'],
    ['matrix', 'params'],
  ] as const) {
    const given = over.value.entries.get(key)?.value;
    if (given?.type === 'map') withdraw(entries, other, given.entries, over.value.entries.get(other)?.value);
  }
  return { key: over.key, value: { type: 'map', entries, where: over.value.where } };
}

/** Removes the inherited entries of those names from a section, unless the extending file has them, too. */
function withdraw(entries: Map<string, Entry>, section: string, names: Entries, kept: Located | undefined): void {
  const inherited = entries.get(section);
  if (inherited?.value.type !== 'map') return;
  const left = [...inherited.value.entries].filter(
    ([name]) => !names.has(name) || (kept?.type === 'map' && kept.entries.has(name)),
  );
  entries.set(section, { ...inherited, value: { ...inherited.value, entries: new Map(left) } });
}

/** What a stage with another `use` inherits: edges, where it has such a port, and the axis `seed`. */
function forOtherUse(stage: LocatedMap): LocatedMap {
  const entries = new Map<string, Entry>(stage.entries);
  entries.delete('params');
  keepEntries(entries, 'in', (_, entry) => ({ ...entry, carried: true }));
  keepEntries(entries, 'matrix', (name, entry) => (name === 'seed' ? entry : null));
  return { ...stage, entries };
}

function keepEntries(
  entries: Map<string, Entry>,
  section: string,
  keep: (name: string, entry: Entry) => Entry | null,
): void {
  const whole = entries.get(section);
  if (whole?.value.type !== 'map') return;
  const kept = [...whole.value.entries].flatMap(([name, entry]): [string, Entry][] => {
    const own = keep(name, entry);
    return own === null ? [] : [[name, own]];
  });
  entries.set(section, { ...whole, value: { ...whole.value, entries: new Map(kept) } });
}
