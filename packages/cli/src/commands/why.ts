import { exitCodes } from '@twoshot/events';
import { explainStage } from '@twoshot/runner';
import type { Command } from '../command.js';
import { warnOn, writeLine } from '../environment.js';
import { showFailures } from '../failures.js';
import { isGiven } from '../option-values.js';
import { pipelineOptions } from '../pipeline-options.js';

/** `twoshot why` */
export const why: Command = async (invocation, environment) => {
  const options = await pipelineOptions(invocation, environment);
  if (!options.ok) return showFailures(options.failures, environment);
  const [, stage] = invocation.args;
  const explained = await explainStage({
    ...options.value,
    draws: null,
    stage: stage!,
    log: isGiven(invocation, 'log'),
    warn: warnOn(environment),
  });
  if (!explained.ok) return showFailures(explained.failures, environment);
  writeLine(environment.stdout, explained.value);
  return exitCodes.done;
};
