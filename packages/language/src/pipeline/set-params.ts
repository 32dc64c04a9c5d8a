import { commandLine, type Failure, listNames, nearest, quote, type Where } from '@twoshot/diagnostics';
import type { PipelineDocument, StageBlock } from './document.js';
import type { Entries, Entry, Located } from '../yaml/located.js';
import { maxBytes } from '../limits.js';
import { parseYaml } from '../yaml/parse-yaml.js';

const flag = '--set ';

/**
 * Applies the arguments of `--set`: `stage.param=value` or `params.name=value`, the value a YAML scalar or flow list.
 * Setting an axis of the stage's matrix replaces the values of the axis.
 */
export function setParams(
  document: PipelineDocument,
  settings: readonly string[],
): { document: PipelineDocument; failures: Failure[] } {
  const failures: Failure[] = [];
  let current = document;
  for (const setting of settings) {
    const applied = applySetting(current, setting);
    if ('code' in applied) failures.push(applied);
    else current = applied;
  }
  return { document: current, failures };
}

/** Changes a param of a stage. */
export function setParam(block: StageBlock, name: string, entry: Entry): StageBlock {
  if (!block.matrix.has(name)) return { ...block, params: withEntry(block.params, name, entry) };
  const { value } = entry;
  const values: Located = value.type === 'list' ? value : { type: 'list', items: [value], where: value.where };
  return { ...block, matrix: withEntry(block.matrix, name, { ...entry, value: values }) };
}

function applySetting(document: PipelineDocument, setting: string): PipelineDocument | Failure {
  const match = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(setting);
  if (match === null) {
    return {
      code: 'bad-set',
      message: '`--set` names no param',
      where: at(setting, 0, setting.length),
      expected: '`stage.param=value` or `params.name=value`',
      found: quote(setting),
    };
  }
  const [, owner = '', name = '', value = ''] = match;
  if (setting.length > maxBytes) {
    const where = at(setting, 0, owner.length + name.length + 1);
    const message = `a value of \`--set\` has ${value.length} characters`;
    return { code: 'too-large', message, where, expected: `at most ${maxBytes} with the name` };
  }
  const start = owner.length + name.length + 2;
  const parsed = parseYaml({
    file: commandLine,
    text: `${' '.repeat(flag.length + start)}${value}`,
    shown: `${flag}${setting}`,
  });
  const where = at(setting, start, Math.max(1, value.length));
  const faulty = parsed.ok
    ? null
    : (parsed.failures[0] ?? { code: 'bad-set', message: 'no value', where: at(setting, start, 1) });
  // Text that is not YAML may still be a path.
  if (faulty !== null && (owner === 'params' || value.trim() === '')) return faulty;
  // An empty value has no position of its own.
  const located: Located =
    parsed.ok && value.trim() !== '' ? parsed.value : { type: 'scalar', value: faulty === null ? null : value, where };
  const key = at(setting, owner.length + 1, name.length);
  const entry: Entry = { key, value: located, typed: { text: value, where, faulty } };
  if (owner === 'params') return setPipelineParam(document, name, entry);
  const block = document.stages.get(owner);
  if (block === undefined) {
    const near = nearest(owner, [...document.stages.keys(), 'params']);
    return {
      code: 'unknown-instance',
      message: `the pipeline has no stage ${quote(owner)}`,
      where: at(setting, 0, owner.length),
      expected: `one of ${listNames(document.stages.keys())}, or \`params\``,
      found: quote(owner),
      ...(near === null ? {} : { nearest: near }),
    };
  }
  if (faulty !== null && block.matrix.has(name)) return faulty;
  return { ...document, stages: new Map(document.stages).set(owner, setParam(block, name, entry)) };
}

function setPipelineParam(document: PipelineDocument, name: string, entry: Entry): PipelineDocument | Failure {
  if (document.params.has(name)) return { ...document, params: withEntry(document.params, name, entry) };
  const near = nearest(name, document.params.keys());
  return {
    code: 'unknown-pipeline-param',
    message: `the pipeline has no param ${quote(name)}`,
    where: entry.key,
    expected:
      document.params.size === 0 ? 'none: this pipeline has no params' : `one of ${listNames(document.params.keys())}`,
    found: quote(name),
    ...(near === null ? {} : { nearest: near }),
  };
}

const withEntry = (entries: Entries, name: string, entry: Entry): Entries => new Map(entries).set(name, entry);

function at(setting: string, offset: number, length: number): Where {
  return { file: commandLine, line: 1, column: flag.length + offset + 1, length, text: `${flag}${setting}` };
}
