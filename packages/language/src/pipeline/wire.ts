import type { Port } from '@twoshot/stage';
import { type Failure, listNames, nearest, quote } from '@twoshot/diagnostics';
import type { LoadedStage } from '../catalogue/catalogue.js';
import type { StageBlock } from './document.js';
import type { Wiring } from './instance.js';
import { maxFailures } from '../limits.js';
import { isNull, type Located } from '../yaml/located.js';
import { presentName } from './former-name.js';
import { readReference, showReference, type Reference } from './reference.js';

type Stages = ReadonlyMap<string, LoadedStage>;

/** Resolves the edges into one stage and checks the kinds of their ports. */
export function wireInputs(
  block: StageBlock,
  stage: LoadedStage,
  stages: Stages,
): { inputs: ReadonlyMap<string, Wiring>; failures: Failure[] } {
  const failures: Failure[] = [];
  const { inputs: ports } = stage.declaration;
  /** Names that were probably misspelt: reporting them as missing, too, would add nothing. */
  const meant = new Set<string>();
  for (const [name, { key, carried }] of block.inputs) {
    if (Object.hasOwn(ports, name) || carried === true) continue;
    const today = presentName(name, ports);
    if (today !== null) {
      meant.add(today);
      failures.push({
        code: 'unknown-port',
        message: `the input ${quote(name)} of ${quote(block.name)} (${stage.name}) is now called ${quote(today)}`,
        where: key,
        nearest: today,
      });
      continue;
    }
    const near = nearest(name, Object.keys(ports));
    if (near !== null) meant.add(near);
    failures.push({
      code: 'unknown-port',
      message: `${quote(block.name)} (${stage.name}) has no input ${quote(name)}`,
      where: key,
      expected:
        Object.keys(ports).length === 0 ? 'none: this stage has no inputs' : `one of ${listNames(Object.keys(ports))}`,
      found: quote(name),
      ...(near === null ? {} : { nearest: near }),
      next: `npx twoshot stages ${stage.name}`,
    });
  }
  const inputs = new Map<string, Wiring>();
  for (const [name, port] of Object.entries(ports)) {
    const target = `${block.name}.${name}`;
    const entry = block.inputs.get(name);
    const carried = entry?.carried === true;
    const values =
      entry === undefined || isNull(entry.value) || (carried && isListForOne(entry.value, port))
        ? []
        : listOf(entry.value, port, target, failures);
    const references: Reference[] = [];
    for (const value of values) {
      const reference = lookUp(value, stages, failures);
      if (reference === null) continue;
      const failure = misfit(reference, port, target, stage, stages);
      if (failure === null) references.push(reference);
      else if (!carried) failures.push(failure);
    }
    if (references.length === 0 && (values.length === 0 || carried) && port.optional !== true && !meant.has(name))
      failures.push(missing(name, port, block, stage, stages));
    inputs.set(name, { port, references });
  }
  return { inputs, failures };
}

/** Parses and resolves `stage.port`; null, with a failure, where stage or port does not exist. */
export function lookUp(value: Located, stages: Stages, failures: Failure[]): Reference | null {
  // To look for the nearest of a thousand names takes its time.
  if (failures.length >= maxFailures) return null;
  const read = readReference(value);
  if (!read.ok) {
    const text = value.type === 'scalar' ? String(value.value) : '';
    const near = nearest(text, edges(stages)) ?? edges(stages).find((edge) => edge.startsWith(`${text}.`));
    failures.push(
      ...read.failures.map((failure) => ({ ...failure, ...(near === undefined ? {} : { nearest: near }) })),
    );
    return null;
  }
  const reference = read.value;
  const { where } = reference;
  const source = stages.get(reference.instance);
  if (source === undefined) {
    const near = nearest(reference.instance, stages.keys());
    failures.push({
      code: 'unknown-instance',
      message: `the pipeline has no stage ${quote(reference.instance)}`,
      where,
      expected: `one of ${listNames(stages.keys())}`,
      found: quote(showReference(reference)),
      ...(near === null ? {} : { nearest: `${near}.${reference.port}` }),
    });
    return null;
  }
  const { outputs } = source.declaration;
  if (Object.hasOwn(outputs, reference.port)) return reference;
  const today = presentName(reference.port, outputs);
  if (today !== null) {
    failures.push({
      code: 'unknown-port',
      message: `the output ${quote(reference.port)} of ${quote(reference.instance)} (${source.name}) is now called ${quote(today)}`,
      where,
      found: quote(showReference(reference)),
      nearest: `${reference.instance}.${today}`,
    });
    return null;
  }
  const near = nearest(reference.port, Object.keys(outputs));
  failures.push({
    code: 'unknown-port',
    message: `${quote(reference.instance)} (${source.name}) has no output ${quote(reference.port)}`,
    where,
    expected: `one of ${listNames(Object.keys(outputs).map((port) => `${reference.instance}.${port}`))}`,
    found: quote(showReference(reference)),
    ...(near === null ? {} : { nearest: `${reference.instance}.${near}` }),
  });
  return null;
}

const isListForOne = (value: Located, port: Port): boolean => value.type === 'list' && port.many !== true;

function listOf(value: Located, port: Port, target: string, failures: Failure[]): readonly Located[] {
  if (value.type !== 'list') return [value];
  if (!isListForOne(value, port)) return value.items;
  failures.push({
    code: 'not-many',
    message: `${quote(target)} accepts one artifact, not a list`,
    where: value.where,
    expected: '`stage.port`',
    found: `a list of ${value.items.length}`,
  });
  return value.items.slice(0, 1);
}

function misfit(reference: Reference, port: Port, target: string, stage: LoadedStage, stages: Stages): Failure | null {
  const source = stages.get(reference.instance);
  const kind = source?.declaration.outputs[reference.port]?.kind;
  const edge = showReference(reference);
  const { where } = reference;
  if (kind === 'truth' && stage.declaration.scores !== true) {
    const fit = port.kind === 'truth' ? [] : edges(stages, port.kind);
    const near = nearestEdge(reference, fit);
    return {
      code: 'hidden-labels',
      message: `hidden labels would reach a stage that does not score: ${quote(edge)} -> ${quote(target)} (${stage.name})`,
      where,
      expected: fit.length === 0 ? 'ground truth only at stages that score' : `one of ${listNames(fit)}`,
      found: `${quote(edge)} (truth)`,
      ...(near === null ? {} : { nearest: near }),
    };
  }
  if (kind === port.kind) return null;
  const fit = edges(stages, port.kind);
  const near = nearestEdge(reference, fit);
  return {
    code: 'wrong-kind',
    message: `${quote(target)} accepts ${port.kind}, but ${quote(edge)} is ${String(kind)}`,
    where,
    expected: fit.length === 0 ? `${port.kind}, which no stage of this pipeline produces` : `one of ${listNames(fit)}`,
    found: `${quote(edge)} (${String(kind)})`,
    ...(near === null ? {} : { nearest: near }),
  };
}

function missing(name: string, port: Port, block: StageBlock, stage: LoadedStage, stages: Stages): Failure {
  const fit = edges(stages, port.kind).filter((edge) => !edge.startsWith(`${block.name}.`));
  // Two ports of a stage rarely take the same artifact, and often two of the same stage.
  const taken = [...block.inputs.values()].flatMap(({ value }) => (value.type === 'scalar' ? String(value.value) : []));
  const left = fit.filter((edge) => !taken.includes(edge));
  const free = left.find((edge) => taken.some((other) => sourceOf(other) === sourceOf(edge))) ?? left[0];
  return {
    code: 'missing-input',
    message: `nothing is wired to ${quote(`${block.name}.${name}`)} (${stage.name}), which needs ${port.kind}`,
    where: block.where,
    expected:
      fit.length === 0 ? `${port.kind}, which no other stage of this pipeline produces` : `one of ${listNames(fit)}`,
    next: `add \`in: { ${name}: ${free ?? 'stage.port'} }\` to ${quote(block.name)}`,
  };
}

const sourceOf = (edge: string): string => edge.slice(0, edge.lastIndexOf('.'));

/** Of the matching edges: the only one, or one from the same stage, or one with a similar name. */
function nearestEdge(reference: Reference, fit: readonly string[]): string | null {
  const same = fit.filter((edge) => edge.startsWith(`${reference.instance}.`));
  for (const one of [fit, same]) if (one.length === 1) return one[0] ?? null;
  return nearest(showReference(reference), same.length > 0 ? same : fit);
}

/** Every output of the pipeline, or those of one kind. */
function edges(stages: Stages, kind?: string): string[] {
  return [...stages].flatMap(([instance, { declaration }]) =>
    Object.entries(declaration.outputs)
      .filter(([, port]) => kind === undefined || port.kind === kind)
      .map(([port]) => `${instance}.${port}`),
  );
}
