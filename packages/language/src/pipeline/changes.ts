import { nearest, type Where } from '@twoshot/diagnostics';
import { isNull, type LocatedMap } from '../yaml/located.js';

/** What the files of a chain of `extends` did to the stages below them. */
export interface Changes {
  /** Stages that were removed, with the place of their `null`. */
  readonly removed: ReadonlyMap<string, Where>;
  /** Stages that got another `use`. */
  readonly replaced: ReadonlyMap<string, Replacement>;
  /** New stages whose names resemble that of an inherited one. */
  readonly added: ReadonlyMap<string, Addition>;
}

interface Replacement {
  readonly where: Where;
  /** The `use` below. */
  readonly use: string;
  /** Params and axes of the stage below that are not inherited. */
  readonly params: readonly string[];
}

interface Addition {
  readonly where: Where;
  /** The inherited stage with a similar name. */
  readonly near: string;
}

export const noChanges: Changes = { removed: new Map(), replaced: new Map(), added: new Map() };

/** The changes that `over` makes to the stages of `below`, after those that were made before. */
export function changesBy(over: LocatedMap, below: LocatedMap, before: Changes): Changes {
  const removed = new Map(before.removed);
  const replaced = new Map(before.replaced);
  const added = new Map(before.added);
  const inherited = stagesOf(below);
  for (const [name, { key, value }] of stagesOf(over)) {
    const stage = inherited.get(name)?.value;
    if (isNull(value)) {
      removed.set(name, key);
      replaced.delete(name);
      added.delete(name);
      continue;
    }
    removed.delete(name);
    if (stage === undefined) {
      const near = nearest(name, inherited.keys());
      if (near !== null) added.set(name, { where: key, near });
    } else if (stage.type === 'map' && value.type === 'map' && isOtherUse(value, stage)) {
      replaced.set(name, { where: key, use: useOf(stage)!, params: ownParams(stage, value) });
    }
  }
  return { removed, replaced, added };
}

const stagesOf = ({ entries }: LocatedMap): LocatedMap['entries'] => {
  const stages = entries.get('stages')?.value;
  return stages?.type === 'map' ? stages.entries : new Map();
};

/** Whether a stage of the extending file names another implementation than the one below it. */
export const isOtherUse = (over: LocatedMap, below: LocatedMap): boolean =>
  useOf(over) !== null && useOf(below) !== null && useOf(over) !== useOf(below);

function useOf(stage: LocatedMap): string | null {
  const use = stage.entries.get('use')?.value;
  return use?.type === 'scalar' && typeof use.value === 'string' ? use.value : null;
}

/** Params and axes of the stage below that `over` does not give. */
function ownParams(below: LocatedMap, over: LocatedMap): string[] {
  const given = new Set(paramNames(over));
  return paramNames(below).filter((name) => !given.has(name));
}

const namesUnder = (stage: LocatedMap, section: string): string[] => {
  const value = stage.entries.get(section)?.value;
  return value?.type === 'map' ? [...value.entries.keys()] : [];
};

/** Names of params and axes; the axis `seed` belongs to no stage. */
const paramNames = (stage: LocatedMap): string[] =>
  namesUnder(stage, 'params').concat(namesUnder(stage, 'matrix').filter((name) => name !== 'seed'));
