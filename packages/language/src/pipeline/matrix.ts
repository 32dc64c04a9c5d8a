import { type Failure, listNames, nearest, quote, type Where } from '@twoshot/diagnostics';
import type { AxisValue, Edge, StageNode } from './graph.js';
import { axisText, sortAxes, stageId } from './id.js';
import type { Instance, Instances, Wiring } from './instance.js';
import { maxEdges, maxStages } from '../limits.js';
import { plain } from '../yaml/located.js';
import type { Reference } from './reference.js';

type Axes = ReadonlyMap<string, readonly AxisValue[]>;
type Point = Readonly<Record<string, AxisValue>>;

/**
 * Unfolds the matrices: a stage multiplies by its own axes, by those of its single inputs, and by those of its `many`
 * inputs that it keeps; axes of the same name are one. A `many` port collects over the axes that its stage lacks.
 *
 * @param order The instances in topological order.
 */
export function unfold(
  instances: Instances,
  order: readonly string[],
): { stages: StageNode[]; axes: ReadonlyMap<string, Axes>; failures: Failure[] } {
  const failures: Failure[] = [];
  const axes = new Map<string, Axes>();
  const stages: StageNode[] = [];
  let edges = 0;
  for (const name of order) {
    const instance = instances.get(name);
    if (instance === undefined) continue;
    const own = axesOf(instance, axes, failures);
    axes.set(name, own);
    const count = [...own.values()].reduce((product, values) => product * values.length, 1);
    if (stages.length + count > maxStages) {
      failures.push({
        code: 'too-large',
        message: `the matrix makes more than ${maxStages} stages`,
        where: instance.where,
        expected: 'shorter axes',
        found: `${count} times ${quote(name)}`,
      });
      break;
    }
    edges += count * edgesPerPoint(instance, own, axes);
    if (edges > maxEdges) {
      failures.push({
        code: 'too-large',
        message: `the matrix makes ${edges} edges up to ${quote(name)}`,
        where: instance.where,
        expected: `at most ${maxEdges}`,
        next: 'make axes shorter, or take one point of a matrix, as `stage@axis=value.port`',
      });
      break;
    }
    if (failures.length === 0) stages.push(...points(own).map((point) => stageAt(instance, point, axes)));
  }
  return { stages, axes, failures };
}

/** Every combination of the values; the last axis in the order of ids changes fastest. */
export function points(axes: Axes): Point[] {
  let all: Point[] = [{}];
  for (const axis of sortAxes(axes.keys())) {
    const values = axes.get(axis) ?? [];
    all = all.flatMap((point) => values.map((value) => Object.assign({}, point, { [axis]: value })));
  }
  return all;
}

/** What a stage takes at each of its points, counted before any of it is made. */
function edgesPerPoint(instance: Instance, own: Axes, all: ReadonlyMap<string, Axes>): number {
  return referencesOf(instance)
    .map(({ reference }) => countAt(reference, own, all))
    .reduce((sum, count) => sum + count, 0);
}

/** The stages that a reference means where the axes of `fixed` have one value. */
export function countAt({ instance, point }: Reference, fixed: Axes, all: ReadonlyMap<string, Axes>): number {
  let count = 1;
  for (const [axis, values] of all.get(instance) ?? [])
    if (!point.has(axis) && !fixed.has(axis)) count *= values.length;
  return count;
}

function axesOf(instance: Instance, all: ReadonlyMap<string, Axes>, failures: Failure[]): Axes {
  const axes = new Map<string, { values: readonly AxisValue[]; from: string }>();
  for (const [axis, { values }] of instance.axes) axes.set(axis, { values, from: 'its own matrix' });
  const kept = new Map(instance.keep.map((axis) => [String(plain(axis)), axis.where]));
  for (const { reference, many } of referencesOf(instance)) {
    const source = all.get(reference.instance) ?? new Map<string, readonly AxisValue[]>();
    failures.push(...checkPoint(reference, source));
    for (const [axis, values] of source) {
      const known = axes.get(axis);
      if (reference.point.has(axis)) continue;
      if (known === undefined) {
        if (!many || kept.has(axis)) axes.set(axis, { values, from: quote(reference.instance) });
      } else if (!sameValues(known.values, values)) {
        failures.push({
          code: 'bad-axis',
          message: `the axis ${quote(axis)} has different values in ${known.from} and in ${quote(reference.instance)}, but ${quote(instance.name)} depends on both`,
          where: reference.where,
          expected: listNames(known.values.map(String)),
          found: listNames(values.map(String)),
        });
      }
    }
  }
  for (const [axis, where] of kept) if (!axes.has(axis)) failures.push(nothingToKeep(axis, where, instance, all));
  return new Map([...axes].map(([axis, { values }]) => [axis, values]));
}

function nothingToKeep(axis: string, where: Where, instance: Instance, all: ReadonlyMap<string, Axes>): Failure {
  const offered = new Set<string>();
  for (const { reference } of referencesOf(instance))
    for (const other of all.get(reference.instance)?.keys() ?? []) offered.add(other);
  const near = nearest(axis, offered);
  return {
    code: 'bad-axis',
    message: `no input of ${quote(instance.name)} has the axis ${quote(axis)}`,
    where,
    expected: offered.size === 0 ? 'no `keep`: its inputs have no axes' : `one of ${listNames(offered)}`,
    found: quote(axis),
    ...(near === null ? {} : { nearest: near }),
  };
}

/** Single inputs first: they decide which axes the `many` ports collect over. */
function referencesOf({ inputs }: Instance): { reference: Reference; many: boolean }[] {
  return [...inputs.values()]
    .flatMap(({ port, references }) => references.map((reference) => ({ reference, many: port.many === true })))
    .sort((a, b) => Number(a.many) - Number(b.many));
}

/** Whether the matrix point that an edge names exists. */
export function checkPoint({ instance, point, where }: Reference, axes: Axes): Failure[] {
  const failures: Failure[] = [];
  for (const [axis, text] of point) {
    const values = axes.get(axis)?.map(axisText);
    if (values?.includes(text) === true) continue;
    failures.push({
      code: 'bad-axis',
      message: `there is no ${quote(`${instance}@${axis}=${text}`)}`,
      where,
      expected: values === undefined ? axesOffered(instance, axes) : `one of ${listNames(values)}`,
      found: quote(values === undefined ? axis : text),
    });
  }
  return failures;
}

const axesOffered = (instance: string, axes: Axes): string =>
  axes.size === 0 ? `no axis: ${quote(instance)} has none` : `one of the axes ${listNames(axes.keys())}`;

const sameValues = (a: readonly AxisValue[], b: readonly AxisValue[]): boolean =>
  a.length === b.length && new Set([...a, ...b].map(axisText)).size === a.length;

function stageAt(instance: Instance, point: Point, all: ReadonlyMap<string, Axes>): StageNode {
  const own = [...instance.axes].filter(([axis]) => axis !== 'seed');
  const seed = instance.axes.has('seed') ? point['seed'] : null;
  return {
    id: stageId(instance.name, point),
    instance: instance.name,
    use: instance.stage.name,
    declaration: instance.stage.declaration,
    entry: instance.stage.entry,
    axes: point,
    params: Object.fromEntries([
      ...[...instance.params].map(([name, { value }]): [string, unknown] => [name, plain(value)]),
      ...own.map(([axis]): [string, unknown] => [axis, point[axis]]),
    ]),
    paramSources: Object.fromEntries([
      ...[...instance.params].map(([name, { value }]) => [name, value.where] as const),
      ...own.map(([axis, { where }]) => [axis, where] as const),
    ]),
    seedAxis: typeof seed === 'number' ? seed : null,
    inputs: Object.fromEntries([...instance.inputs].map(([port, wiring]) => [port, wiredAt(wiring, point, all)])),
    where: instance.where,
  };
}

function wiredAt(
  { port, references }: Wiring,
  point: Point,
  all: ReadonlyMap<string, Axes>,
): StageNode['inputs'][string] {
  const edges = references.flatMap((reference) => edgesAt(reference, point, all));
  return port.many === true ? edges : (edges[0] ?? null);
}

const texts = new WeakMap<readonly AxisValue[], ReadonlyMap<string, AxisValue>>();

/** The values of an axis by what stands in ids. */
function byText(values: readonly AxisValue[]): ReadonlyMap<string, AxisValue> {
  const known = texts.get(values) ?? new Map(values.map((value) => [axisText(value), value]));
  texts.set(values, known);
  return known;
}

/** The stages that a reference means at a point: one for each value of the axes that the point does not fix. */
export function edgesAt(reference: Reference, point: Point, all: ReadonlyMap<string, Axes>): Edge[] {
  const axes = new Map<string, readonly AxisValue[]>();
  for (const [axis, values] of all.get(reference.instance) ?? []) {
    const fixed = reference.point.get(axis) ?? (point[axis] === undefined ? undefined : axisText(point[axis]));
    const value = fixed === undefined ? undefined : byText(values).get(fixed);
    axes.set(axis, fixed === undefined ? values : value === undefined ? [] : [value]);
  }
  return points(axes).map((each) => ({ stage: stageId(reference.instance, each), port: reference.port }));
}
