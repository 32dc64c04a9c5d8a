import { type Failure, listNames, quote, type Where } from '@twoshot/diagnostics';
import { plain, type Entries, type Located, type LocatedMap } from '../yaml/located.js';
import { readReference } from './reference.js';

/**
 * One failure for each removed stage whose outputs are still wired: it stands at the `null`, and says what must be
 * wired to something else.
 */
export function findRemovedSources(document: LocatedMap, removed: ReadonlyMap<string, Where>): Failure[] {
  if (removed.size === 0) return [];
  const wired = edgesOf(document);
  return [...removed].flatMap(([name, where]): Failure[] => {
    const left = wired.filter(({ instance }) => instance === name);
    const first = left[0];
    if (first === undefined) return [];
    const ports = left.filter(({ stage }) => stage !== null);
    const outputs = left.filter(({ stage }) => stage === null).map(({ port }) => port);
    const takers = ports.map(({ stage, port }) => `${stage}.${port}`);
    const needed = [...takers, ...outputs.map((output) => `outputs.${output}`)];
    const next = [
      ...ports.slice(0, 1).map(({ stage, port }) => {
        const others = listNames(new Set(ports.map((edge) => edge.stage ?? '')));
        return `wire ${takers.length === 1 ? 'it' : 'each of them'} to another stage, as \`${stage}: { in: { ${port}: stage.port } }\`, or remove ${others}, too`;
      }),
      ...(outputs.length === 0
        ? []
        : [`name another edge for the output ${listNames(outputs)}, or set it to \`null\``]),
    ];
    return [
      {
        code: 'unknown-instance',
        message: `${quote(name)} is removed here, but ${listNames(needed)} still ${needed.length === 1 ? 'takes' : 'take'} ${listNames(new Set(left.map(({ edge }) => edge)))}`,
        where,
        related: [{ label: quote(first.edge), where: first.where }],
        next: next.join('; '),
      },
    ];
  });
}

interface WrittenEdge {
  /** The stage that gives it. */
  readonly instance: string;
  readonly edge: string;
  /** The stage that takes it; null for an output of the pipeline. */
  readonly stage: string | null;
  /** The port that takes it, or the name of the output. */
  readonly port: string;
  readonly where: Where;
}

function edgesOf(document: LocatedMap): WrittenEdge[] {
  const stages = [...entriesOf(document, 'stages')].flatMap(([stage, { value }]) =>
    value.type === 'map'
      ? [...entriesOf(value, 'in')].flatMap(([port, entry]) =>
          // The new use of a stage may have no such port: then the edge goes with the old one, else wiring tells it.
          entry.carried === true ? [] : writtenEdges(entry.value, stage, port),
        )
      : [],
  );
  const outputs = [...entriesOf(document, 'outputs')].flatMap(([name, entry]) => writtenEdges(entry.value, null, name));
  return [...stages, ...outputs];
}

const entriesOf = (map: LocatedMap, key: string): Entries => {
  const value = map.entries.get(key)?.value;
  return value?.type === 'map' ? value.entries : new Map();
};

function writtenEdges(value: Located, stage: string | null, port: string): WrittenEdge[] {
  if (value.type === 'list') return value.items.flatMap((item) => writtenEdges(item, stage, port));
  const read = readReference(value);
  if (!read.ok) return [];
  return [{ instance: read.value.instance, edge: String(plain(value)), stage, port, where: value.where }];
}
