import { canonicalJson } from '@twoshot/artifact/canonical-json';
import type { Json } from '@twoshot/artifact';
import type { CodeRecord } from '../bundle/code-record.js';
import { fillIn, type InputRecord, type KeyDocument, type ReadSet } from '../key/document.js';
import type { Present } from '../key/stage-present.js';
import type { Cause, Root } from './cause.js';

/** What an earlier result records about its key. */
export interface KeyedResult {
  readonly document: KeyDocument;
  readonly reads: ReadSet;
  readonly code: CodeRecord;
}

type Because = (from: string) => readonly Cause[];
type Inputs = InputRecord | readonly InputRecord[] | null;

const equal = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);
const keysOf = (...maps: readonly object[]): readonly string[] => [...new Set(maps.flatMap(Object.keys))].sort();
const listOf = (input: Inputs | undefined): readonly InputRecord[] =>
  input === null || input === undefined ? [] : Array.isArray(input) ? (input as InputRecord[]) : [input as InputRecord];

/** The stage of an edge, whose axes may hold dots: `space@power=0.5.fit`. */
const sourceOf = (edge: string | null): string | null => edge?.slice(0, edge.lastIndexOf('.')) ?? null;

function codeCauses(was: CodeRecord, is: CodeRecord): readonly Cause[] {
  const packages = keysOf(was.packages, is.packages)
    .filter((name) => was.packages[name] !== is.packages[name])
    .map((name): Cause => {
      return { type: 'package', name, from: was.packages[name] ?? null, to: is.packages[name] ?? null };
    });
  const modules = keysOf(was.modules, is.modules).filter((path) => was.modules[path] !== is.modules[path]);
  // Reordered modules are different code, though none of them changed.
  return modules.length > 0 || packages.length === 0 ? [{ type: 'code', modules }, ...packages] : packages;
}

/** Origin of the change of a stage's output. */
function rootsOf(stage: string, causes: readonly Cause[]): readonly Root[] {
  const roots = causes.flatMap((cause) => (cause.type === 'input' ? cause.roots : [{ stage, cause }]));
  const texts = roots.map(canonicalJson);
  return roots.filter((_, at) => texts.indexOf(texts[at]!) === at);
}

const countOf = (records: readonly InputRecord[]): string =>
  records.length === 0 ? 'not wired' : `${records.length} artifact${records.length === 1 ? '' : 's'}`;

function inputCauses(
  port: string,
  was: Inputs | undefined,
  is: Inputs | undefined,
  now: Inputs | undefined,
  because: Because,
): readonly Cause[] {
  const before = listOf(was);
  const after = listOf(is);
  if (before.length !== after.length) return [{ type: 'wiring', port, from: countOf(before), to: countOf(after) }];
  return after.flatMap((record, at): readonly Cause[] => {
    if (equal(record, before[at])) return [];
    const from = sourceOf(listOf(now)[at]?.from ?? null);
    if (record.digest !== before[at]!.digest)
      return [{ type: 'input', port, from, roots: from === null ? [] : rootsOf(from, because(from)) }];
    return [{ type: 'wiring', port, from: provenanceOf(before[at]!), to: provenanceOf(record) }];
  });
}

const provenanceOf = ({ from, holds, seen, outside }: InputRecord): string =>
  [
    from ?? [],
    holds === undefined ? [] : `rows of ${holds.join('+')}`,
    seen === undefined ? [] : `seen ${seen.join('+')}`,
    outside === undefined ? [] : `outside weights ${outside.join('; ') || 'none'}`,
  ]
    .flat()
    .join(', ');

function mapCauses(
  was: Json | undefined,
  is: Json | undefined,
  cause: (name: string, from: Json, to: Json) => Cause,
): readonly Cause[] {
  const before = (was ?? {}) as Readonly<Record<string, Json>>;
  const after = (is ?? {}) as Readonly<Record<string, Json>>;
  return keysOf(before, after)
    .filter((name) => !equal(before[name], after[name]))
    .map((name) => cause(name, before[name] ?? null, after[name] ?? null));
}

/**
 * Differences between a stage now and an earlier result: the read set of that result, filled with current values,
 * against its key document.
 *
 * @param because causes of the stage that an input comes from, where it ran just now
 */
export function differences(earlier: KeyedResult, now: Present, because: Because): readonly Cause[] {
  const was: KeyDocument = earlier.document;
  const is = fillIn(now.base, earlier.reads, now.readable);
  const formats: readonly Cause[] = equal(was.format, is.format)
    ? []
    : [
        {
          type: 'format',
          from: `${was.format.key} (${was.format.bundler})`,
          to: `${is.format.key} (${is.format.bundler})`,
        },
      ];
  return [
    ...formats,
    ...(was.stage === is.stage ? [] : [{ type: 'stage', from: was.stage, to: is.stage } as const]),
    ...(was.code === is.code || was.stage !== is.stage ? [] : codeCauses(earlier.code, now.code())),
    ...mapCauses({ ...was.params }, { ...is.params }, (name, from, to) => ({ type: 'param', name, from, to })),
    ...keysOf(was.external, is.external)
      .filter((name) => was.external[name] !== is.external[name])
      .map((name): Cause => ({ type: 'external', name })),
    ...keysOf(was.inputs, is.inputs).flatMap((port) =>
      inputCauses(port, was.inputs[port], is.inputs[port], now.readable.inputs[port], because),
    ),
    ...mapCauses(was.env, is.env, (name, from, to) => ({
      type: 'env',
      name,
      from: from as string | null,
      to: to as string | null,
    })),
    ...(equal(was.engine, is.engine) ? [] : engineCauses(was.engine, is.engine)),
    ...(was.seed === is.seed && was.pipelineSeed === is.pipelineSeed ? [] : [{ type: 'seed' } as const]),
    ...(equal(was.graph, is.graph) ? [] : [{ type: 'graph' } as const]),
  ];
}

function engineCauses(was: Json, is: Json): readonly Cause[] {
  if (was === null || is === null) return [{ type: 'engine', field: 'use', from: was !== null, to: is !== null }];
  return mapCauses(was, is, (field, from, to) => ({ type: 'engine', field, from, to }));
}

/** The most similar earlier result, with its differences from now; null where there is none. */
export function nearestResult<T extends KeyedResult>(
  earlier: readonly T[],
  now: Present,
  because: Because,
): { readonly result: T; readonly causes: readonly Cause[] } | null {
  let best: { readonly result: T; readonly causes: readonly Cause[] } | null = null;
  for (const result of earlier) {
    const causes = differences(result, now, because);
    if (best === null || causes.length < best.causes.length) best = { result, causes };
  }
  return best;
}
