import { exitCodes } from '@twoshot/events';
import { planText } from '@twoshot/explain';
import { planPipeline } from '@twoshot/runner';
import type { Command } from '../command.js';
import { warnOn, writeLine } from '../environment.js';
import { showFailures, showNotes } from '../failures.js';
import { drawsOf } from '../option-values.js';
import { pipelineOptions } from '../pipeline-options.js';

/** `twoshot plan` */
export const plan: Command = async (invocation, environment) => {
  const options = await pipelineOptions(invocation, environment);
  if (!options.ok) return showFailures(options.failures, environment);
  const draws = drawsOf(invocation);
  if (!draws.ok) return showFailures(draws.failures, environment);
  const planned = await planPipeline({ ...options.value, draws: draws.value, warn: warnOn(environment) });
  if (!planned.ok) return showFailures(planned.failures, environment);
  showNotes(planned.value.notes, environment);
  writeLine(environment.stdout, planText(planned.value));
  return exitCodes.done;
};
