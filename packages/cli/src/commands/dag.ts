import { exitCodes } from '@twoshot/events';
import { dagMermaid, dagText, findPipeline, loadPipeline } from '@twoshot/language';
import type { Command } from '../command.js';
import { writeLine } from '../environment.js';
import { showFailures } from '../failures.js';
import { isGiven, valuesOf } from '../option-values.js';

/** `twoshot dag` */
export const dag: Command = async (invocation, environment) => {
  const { workspace, cwd, stdout } = environment;
  const file = await findPipeline(invocation.args[0]!, workspace, cwd);
  if (!file.ok) return showFailures(file.failures, environment);
  const graph = await loadPipeline(file.value, { workspace, cwd, set: valuesOf(invocation, 'set') });
  if (!graph.ok) return showFailures(graph.failures, environment);
  writeLine(stdout, isGiven(invocation, 'mermaid') ? dagMermaid(graph.value) : dagText(graph.value, cwd));
  return exitCodes.done;
};
