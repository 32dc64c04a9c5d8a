import { exitCodes } from '@twoshot/events';
import { findPipeline, loadPipeline } from '@twoshot/language';
import type { Command } from '../command.js';
import { writeLine } from '../environment.js';
import { showFailures, showNotes } from '../failures.js';
import { valuesOf } from '../option-values.js';

/** `twoshot validate` */
export const validate: Command = async (invocation, environment) => {
  const { workspace, cwd, stdout } = environment;
  const file = await findPipeline(invocation.args[0]!, workspace, cwd);
  if (!file.ok) return showFailures(file.failures, environment);
  const graph = await loadPipeline(file.value, { workspace, cwd, set: valuesOf(invocation, 'set') });
  if (!graph.ok) return showFailures(graph.failures, environment);
  const { name, stages, outputs, notes } = graph.value;
  showNotes(notes, environment);
  writeLine(stdout, `${name} is valid: ${stages.length} stages, ${outputs.length} outputs`);
  return exitCodes.done;
};
