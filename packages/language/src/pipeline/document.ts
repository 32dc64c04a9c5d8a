import { describeValue, type Failure, listNames, nearest, quote, type Where } from '@twoshot/diagnostics';
import { checkPipelineName, fileNameFault } from './file-name.js';
import { maxBlocks } from '../limits.js';
import { isNull, plain, type Entries, type Entry, type Located, type LocatedMap } from '../yaml/located.js';

/** A pipeline file, merged with those that it extends, in the shape of a pipeline; no name in it is resolved yet. */
export interface PipelineDocument {
  readonly name: string | null;
  readonly seed: Located | null;
  readonly params: Entries;
  readonly stages: ReadonlyMap<string, StageBlock>;
  readonly outputs: Entries;
}

export interface StageBlock {
  readonly name: string;
  readonly where: Where;
  readonly use: Located;
  readonly inputs: Entries;
  readonly params: Entries;
  readonly matrix: Entries;
  /** Axes that `many` ports do not collect over. */
  readonly keep: readonly Located[];
}

const pipelineKeys = ['pipeline', 'extends', 'params', 'seed', 'stages', 'outputs'];
const stageKeys = ['use', 'in', 'params', 'matrix', 'keep'];
const nameShape = /^[A-Za-z][\w-]*$/;
const nothing: Entries = new Map();

/** Checks keys and shapes. Malformed parts are reported and left out of the document. */
export function readDocument(root: LocatedMap): { document: PipelineDocument; failures: Failure[] } {
  const failures: Failure[] = [];
  checkKeys(root.entries, pipelineKeys, 'a pipeline', failures);
  const name = root.entries.get('pipeline')?.value;
  if (name !== undefined && (name.type !== 'scalar' || typeof name.value !== 'string')) {
    failures.push(wrongShape('`pipeline` is not a name', name, 'a string'));
  } else if (name !== undefined) failures.push(...checkPipelineName(String(plain(name)), name.where));
  const stages = new Map<string, StageBlock>();
  const blocks = root.entries.get('stages');
  if (
    blocks === undefined ||
    isNull(blocks.value) ||
    (blocks.value.type === 'map' && blocks.value.entries.size === 0)
  ) {
    failures.push({
      code: 'missing-key',
      message: 'the pipeline has no `stages`',
      where: blocks?.key ?? root.where,
      expected: 'a map of stages, e.g. `data: { use: ingest/mnist }`',
    });
  } else {
    if (blocks.value.type === 'map' && blocks.value.entries.size > maxBlocks)
      failures.push({
        code: 'too-large',
        message: `the pipeline has ${blocks.value.entries.size} stages`,
        where: blocks.key,
        expected: `at most ${maxBlocks}`,
        next: 'let a matrix make what differs in a value only',
      });
    for (const [instance, entry] of section(root.entries, 'stages', 'a map of stages', failures)) {
      checkName(instance, entry.key, 'stage', failures);
      const block = readStage(instance, entry, failures);
      if (block !== null) stages.set(instance, block);
    }
  }
  const outputs = section(root.entries, 'outputs', 'a map from a name to `stage.port`', failures);
  for (const [output, { key }] of outputs) checkName(output, key, 'output', failures);
  const document: PipelineDocument = {
    name: name === undefined ? null : String(plain(name)),
    seed: root.entries.get('seed')?.value ?? null,
    params: section(root.entries, 'params', 'a map of values', failures),
    stages,
    outputs,
  };
  return { document, failures };
}

function readStage(name: string, { key, value }: Entry, failures: Failure[]): StageBlock | null {
  if (value.type !== 'map') {
    failures.push(wrongShape(`the stage ${quote(name)} is not a map`, value, 'a map with `use`'));
    return null;
  }
  checkKeys(value.entries, stageKeys, `the stage ${quote(name)}`, failures);
  const use = value.entries.get('use')?.value;
  if (use === undefined) {
    failures.push({
      code: 'missing-key',
      message: `the stage ${quote(name)} has no \`use\``,
      where: key,
      expected: '`use: family/implementation`',
      next: 'npx twoshot stages',
    });
    return null;
  }
  return {
    name,
    where: key,
    use,
    inputs: section(value.entries, 'in', 'a map from a port to `stage.port`', failures),
    params: section(value.entries, 'params', 'a map of values', failures),
    matrix: section(value.entries, 'matrix', 'a map from an axis to a list of values', failures),
    keep: listOfNames(value.entries.get('keep')?.value, failures),
  };
}

/** The entries under a key; none if it is absent or empty. */
function section(entries: Entries, key: string, expected: string, failures: Failure[]): Entries {
  const value = entries.get(key)?.value;
  if (value === undefined || isNull(value)) return nothing;
  if (value.type === 'map') return value.entries;
  failures.push(wrongShape(`${quote(key)} is not a map`, value, expected));
  return nothing;
}

function listOfNames(value: Located | undefined, failures: Failure[]): readonly Located[] {
  if (value === undefined || isNull(value)) return [];
  if (value.type === 'list' && value.items.every((item) => typeof plain(item) === 'string')) return value.items;
  failures.push(wrongShape('`keep` is not a list of names', value, 'a list of axes, e.g. `[seed]`'));
  return [];
}

function checkKeys(entries: Entries, known: readonly string[], of: string, failures: Failure[]): void {
  for (const [name, { key }] of entries) {
    // For YAML anchors, as in other formats.
    if (known.includes(name) || (known === pipelineKeys && name.startsWith('x-'))) continue;
    const near = nearest(name, known);
    failures.push({
      code: 'unknown-key',
      message: `${of} has no key ${quote(name)}`,
      where: key,
      expected: `one of ${listNames(known)}`,
      found: quote(name),
      ...(near === null ? {} : { nearest: near }),
    });
  }
}

function checkName(name: string, where: Where, what: string, failures: Failure[]): void {
  const isShaped = nameShape.test(name) && !(what === 'stage' && name === 'params');
  const fault = isShaped
    ? fileNameFault(name)
    : { expected: 'a letter, then letters, digits, `_` or `-`', found: quote(name) };
  if (fault === null) return;
  failures.push({
    code: 'bad-name',
    message: `${quote(name)} is not a valid ${what === 'output' ? 'output' : 'stage'} name`,
    where,
    ...fault,
    ...(name === 'params' ? { next: 'choose another name: `--set params.NAME` means the params of the pipeline' } : {}),
  });
}

function wrongShape(message: string, value: Located, expected: string): Failure {
  return { code: 'wrong-shape', message, where: value.where, expected, found: describeValue(plain(value)) };
}
