import { type Failure, quote, type Where } from '@twoshot/diagnostics';
import type { StageNode } from './graph.js';
import type { Instances } from './instance.js';

/** Characters of a name; the names of files hold those of pipeline, stage and axes at once. */
const maxNameLength = 100;
/** Bytes that file systems take, without what is appended: a draw, an ending. */
const maxFileNameLength = 255 - 30;
/** Names of devices on Windows, whatever their ending. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
/** With the flag `u`, a surrogate without its other half: no text in any encoding. */
const loneSurrogate = /[\uD800-\uDFFF]/u;

/** Why a name cannot be part of the name of a file; null if it can. */
export function fileNameFault(name: string): Pick<Failure, 'expected' | 'found'> | null {
  if (loneSurrogate.test(name))
    return { expected: 'characters of Unicode', found: 'half a character (a lone surrogate)' };
  if (name.length > maxNameLength)
    return { expected: `at most ${maxNameLength} characters`, found: `${name.length} characters` };
  if (reserved.test(name)) return { expected: 'a name that is no device on Windows', found: quote(name) };
  return null;
}

/** The name of a pipeline. */
export function checkPipelineName(name: string, where: Where): Failure[] {
  const fault = fileNameFault(name);
  return fault === null ? [] : [{ code: 'bad-name', message: 'the pipeline cannot have this name', where, ...fault }];
}

/** Stages whose name is too long together with those of the pipeline and of the axes. */
export function checkFileNames(pipeline: string, stages: readonly StageNode[], instances: Instances): Failure[] {
  const told = new Set<string>();
  return stages.flatMap(({ id, instance, where }) => {
    const { length } = encodeURIComponent(`${pipeline}.${id}`);
    if (length <= maxFileNameLength || told.has(instance)) return [];
    told.add(instance);
    const [axis] = instances.get(instance)?.axes.values() ?? [];
    return [
      {
        code: axis === undefined ? 'bad-name' : 'bad-axis',
        message: `the names of the pipeline, of ${quote(instance)} and of the values of its axes are too long together for the name of a file`,
        where: axis?.where ?? where,
        expected: `at most ${maxFileNameLength} characters, each but letters, digits and \`-_.!~*'()\` counting three or more`,
        found: `${length} characters`,
        next: axis === undefined ? 'take a shorter name' : 'take shorter values: a link to a path, for example',
      } as const,
    ];
  });
}
