import { type Failure, listNames, nearest, quote } from '@twoshot/diagnostics';
import { isNull, type Entries, type Entry, type Located, type LocatedMap } from '../yaml/located.js';

/**
 * Merges a pipeline into the one that it extends. Params and outputs merge key by key, stages one at a time; null
 * removes an output or a stage. What lacks the shape of a pipeline is left for the shape check.
 *
 * @returns The merged pipeline; failures for removals of what does not exist.
 */
export function mergePipelines(base: LocatedMap, over: LocatedMap): { merged: LocatedMap; failures: Failure[] } {
  const failures: Failure[] = [];
  const entries = new Map<string, Entry>(base.entries);
  // The name comes from the file that is run.
  entries.delete('pipeline');
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    switch (key) {
      case 'params':
        entries.set(
          key,
          mergeMaps(below, entry, (_, inner) => inner),
        );
        break;
      case 'stages':
        entries.set(key, mergeMaps(below, entry, mergeStages, removal('stage', failures)));
        break;
      case 'outputs':
        entries.set(
          key,
          mergeMaps(below, entry, (_, inner) => inner, removal('output', failures)),
        );
        break;
      default:
        entries.set(key, entry);
    }
  }
  return { merged: { type: 'map', entries, where: over.where }, failures };
}

type Combine = (below: Entry, over: Entry) => Entry;
type Remove = (name: string, over: Entry, below: Entries) => void;

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

function mergeStages(below: Entry, over: Entry): Entry {
  if (below.value.type !== 'map' || over.value.type !== 'map') return over;
  const otherUse = useOf(over.value) !== null && useOf(over.value) !== useOf(below.value);
  const inherited = otherUse ? carry(below) : below;
  if (inherited.value.type !== 'map') return over;
  const entries = new Map<string, Entry>(inherited.value.entries);
  for (const [key, entry] of over.value.entries) {
    if (isNull(entry.value) && key !== 'use') entries.delete(key);
    else if (key === 'params' || key === 'in' || key === 'matrix') {
      entries.set(
        key,
        mergeMaps(entries.get(key), entry, (_, inner) => inner),
      );
    } else entries.set(key, entry);
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

function useOf(stage: LocatedMap): unknown {
  const use = stage.entries.get('use')?.value;
  return use?.type === 'scalar' ? use.value : null;
}

/** Marks params, inputs and axes of a stage as those of another implementation. */
function carry(stage: Entry): Entry {
  if (stage.value.type !== 'map') return stage;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of stage.value.entries) entries.set(key, { ...entry, value: carryEntries(entry.value) });
  return { key: stage.key, value: { ...stage.value, entries } };
}

function carryEntries(section: Located): Located {
  if (section.type !== 'map') return section;
  const entries = new Map<string, Entry>();
  for (const [name, entry] of section.entries) entries.set(name, { ...entry, carried: true });
  return { ...section, entries };
}
