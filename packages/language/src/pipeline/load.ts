import { basename, extname, resolve } from 'node:path';
import { commandLine, failed, type Failure, quote, type Result, success } from '@twoshot/diagnostics';
import { discoverCatalogue } from '../catalogue/discover.js';
import { loadStage } from '../catalogue/load-stage.js';
import type { LoadedStage } from '../catalogue/catalogue.js';
import { checkParams } from './check-params.js';
import { checkValue } from './check-value.js';
import { readDocument, type PipelineDocument, type StageBlock } from './document.js';
import { checkFileNames } from './file-name.js';
import type { Graph, LoadOptions } from './graph.js';
import type { Instance, Instances } from './instance.js';
import { interpolate } from './interpolate.js';
import { maxFailures } from '../limits.js';
import { plain, type Entry } from '../yaml/located.js';
import { unfold } from './matrix.js';
import { notesOn } from './notes.js';
import { topologicalOrder } from './order.js';
import { readOutputs, unfoldOutputs } from './outputs.js';
import { readPipeline } from './read-pipeline.js';
import { setParam, setParams } from './set-params.js';
import { findLeaks } from './taint.js';
import { useStages } from './use-stages.js';
import { wireInputs } from './wire.js';

/**
 * Reads a pipeline file and builds its graph, or reports everything wrong with it. Loads the stages that the pipeline
 * uses, and no others.
 *
 * @param file Path of the pipeline file; `findPipeline` resolves names.
 */
export async function loadPipeline(file: string, options: LoadOptions): Promise<Result<Graph>> {
  const path = resolve(file);
  const catalogue =
    options.catalogue === undefined ? await discoverCatalogue(options.workspace) : success(options.catalogue);
  if (!catalogue.ok) return catalogue;
  const read = await readPipeline(path, options.workspace);
  if (!read.ok) return read;

  const shaped = readDocument(read.value.document);
  const changed = setParams(shaped.document, options.set);
  const filled = interpolate(changed.document);
  const shapeFailures = [...shaped.failures, ...changed.failures, ...filled.failures, ...checkSeed(filled.document)];
  if (shapeFailures.length > 0) return failed(...inOrder(shapeFailures));

  const used = await useStages(filled.document.stages, catalogue.value, options.load ?? loadStage);
  const drawn = applyDraw(filled.document.stages, used.stages, options.draw);
  const checked = checkInstances(drawn.blocks, used.stages, options.cwd ?? options.workspace);
  const outputs = readOutputs(filled.document.outputs, used.stages);
  const failures = [...used.failures, ...checked.failures];
  // Errors about a stage that could not be loaded would only repeat that one.
  if (used.failures.length === 0) failures.push(...drawn.failures, ...checked.wiring, ...outputs.failures);
  if (failures.length > 0) return failed(...inOrder(failures));

  const { instances } = checked;
  const sorted = topologicalOrder(instances.keys(), (name) => sourcesOf(instances.get(name)));
  if (!sorted.ok) return failed(cycleFailure(sorted.cycle, instances));
  const unfolded = unfold(instances, sorted.order);
  if (unfolded.failures.some(({ code }) => code === 'too-large')) return failed(...inOrder(unfolded.failures));
  const named = unfoldOutputs(outputs.named, unfolded.axes);
  const { document } = filled;
  const pipeline = document.name ?? basename(path, extname(path));
  const graphFailures = [
    ...findLeaks(instances, sorted.order),
    ...unfolded.failures,
    ...named.failures,
    ...checkFileNames(pipeline, unfolded.stages, instances),
  ];
  if (graphFailures.length > 0) return failed(...inOrder(graphFailures));
  return success({
    name: pipeline,
    file: path,
    seed: options.seed ?? (document.seed === null ? 0 : Number(plain(document.seed))),
    params: Object.fromEntries([...document.params].map(([name, { value }]) => [name, plain(value)])),
    stages: unfolded.stages,
    outputs: named.outputs,
    notes: notesOn(
      read.value.changes,
      drawn.blocks,
      instances,
      new Set(outputs.named.map(({ reference }) => reference.instance)),
    ),
  });
}

function checkSeed({ seed }: PipelineDocument): Failure[] {
  const schema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  const failure = seed === null ? null : checkValue(seed, schema, 'seed', 'the pipeline');
  return failure === null ? [] : [failure];
}

function applyDraw(
  blocks: ReadonlyMap<string, StageBlock>,
  stages: ReadonlyMap<string, LoadedStage>,
  draw: number | undefined,
): { blocks: ReadonlyMap<string, StageBlock>; failures: Failure[] } {
  if (draw === undefined) return { blocks, failures: [] };
  const where = { file: commandLine, line: 1, column: 1, length: 7, text: `--draws ${draw}` };
  const entry: Entry = {
    key: where,
    value: { type: 'scalar', value: draw, where: { ...where, column: 9, length: String(draw).length } },
  };
  const drawn = new Map(blocks);
  for (const name of blocks.keys()) {
    const params = Object.entries(stages.get(name)?.declaration.params ?? {});
    for (const [param, { drawn: varies }] of params)
      if (varies === true) drawn.set(name, setParam(drawn.get(name)!, param, entry));
  }
  const none = [...drawn].every(([name, block]) => block === blocks.get(name));
  const failure: Failure = {
    code: 'no-draw',
    message: 'no stage of this pipeline has a param that `--draws` can set',
    where,
    next: 'npx twoshot stages NAME marks such params as `drawn`',
  };
  return { blocks: drawn, failures: none ? [failure] : [] };
}

function checkInstances(
  blocks: ReadonlyMap<string, StageBlock>,
  stages: ReadonlyMap<string, LoadedStage>,
  cwd: string,
): { instances: Instances; failures: Failure[]; wiring: Failure[] } {
  const instances = new Map<string, Instance>();
  const failures: Failure[] = [];
  const wiring: Failure[] = [];
  for (const [name, block] of blocks) {
    const stage = stages.get(name);
    if (stage === undefined) continue;
    if (failures.length + wiring.length > maxFailures) break;
    const { params, axes, failures: wrongParams } = checkParams(block, stage, cwd);
    const { inputs, failures: wrongEdges } = wireInputs(block, stage, stages);
    failures.push(...wrongParams);
    wiring.push(...wrongEdges);
    instances.set(name, { name, where: block.where, stage, params, axes, keep: block.keep, inputs });
  }
  return { instances, failures, wiring };
}

function sourcesOf(instance: Instance | undefined): string[] {
  const wirings = [...(instance?.inputs.values() ?? [])];
  return wirings.flatMap(({ references }) => references.map((reference) => reference.instance));
}

function cycleFailure(cycle: readonly string[], instances: Instances): Failure {
  const [first = ''] = cycle;
  const last = cycle.at(-1);
  const wirings = [...(instances.get(first)?.inputs.values() ?? [])];
  const closing = wirings.flatMap(({ references }) => references).find(({ instance }) => instance === last);
  return {
    code: 'cycle',
    message: `${cycle.length === 1 ? 'a stage depends on itself' : 'stages depend on each other'}: ${[...cycle, first].map(quote).join(' -> ')}`,
    where: closing?.where ?? null,
    next: `remove ${cycle.length === 1 ? 'this edge' : 'one of these edges'}`,
  };
}

/** As they stand in the files, and not more than anybody reads. */
function inOrder(failures: readonly Failure[]): Failure[] {
  const sorted = [...failures].sort(({ where: a }, { where: b }) => {
    if (a === null || b === null) return Number(a !== null) - Number(b !== null);
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.line - b.line || a.column - b.column;
  });
  return sorted.slice(0, maxFailures);
}
