import { commandLine, type Failure, listNames, nearest, quote } from '@twoshot/diagnostics';
import type { Task } from './task.js';

/**
 * Whether a name on the command line selects a task: the id of a stage, or the name of a stage with all its matrix
 * points.
 */
export const isNamed = (names: readonly string[], { node }: Task): boolean =>
  names.includes(node.id) || names.includes(node.instance);

/** Names given to an option that match no stage of the pipeline. */
export function unknownNames(option: string, names: readonly string[], tasks: readonly Task[]): readonly Failure[] {
  const known = [...new Set(tasks.flatMap(({ node }) => [node.instance, node.id]))];
  return names.filter((name) => !known.includes(name)).map((name) => unknownName(option, name, known));
}

function unknownName(option: string, name: string, known: readonly string[]): Failure {
  const near = nearest(name, known);
  return {
    code: 'unknown-instance',
    message: `${option} names no stage of this pipeline: ${quote(name)}`,
    where: {
      file: commandLine,
      line: 1,
      column: option.length + 2,
      length: name.length,
      text: `${option} ${name}`,
    },
    expected: `one of ${listNames(known)}`,
    ...(near === null ? {} : { nearest: near }),
  };
}
