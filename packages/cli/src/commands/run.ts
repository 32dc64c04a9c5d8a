import { type Failure } from '@twoshot/diagnostics';
import { errorOfFailure, exitCodeOf, refused, runJson, type RunResult } from '@twoshot/events';
import { closingText } from '@twoshot/reporters';
import { runPipeline } from '@twoshot/runner';
import type { Command } from '../command.js';
import { writeLine, type Environment } from '../environment.js';
import { drawsOf, isGiven, valuesOf, integerOf } from '../option-values.js';
import type { Invocation } from '../parse.js';
import { pipelineOptions } from '../pipeline-options.js';
import { reporterOn } from '../reporter.js';

const refuse = (failures: readonly Failure[]): RunResult => refused(failures.map((failure) => errorOfFailure(failure)));

async function execute(invocation: Invocation, environment: Environment): Promise<RunResult> {
  const options = await pipelineOptions(invocation, environment);
  if (!options.ok) return refuse(options.failures);
  const draws = drawsOf(invocation);
  if (!draws.ok) return refuse(draws.failures);
  const jobs = integerOf(invocation, 'jobs', 1);
  if (!jobs.ok) return refuse(jobs.failures);
  const reporter = await reporterOn(environment);
  try {
    return await runPipeline({
      ...options.value,
      draws: draws.value,
      only: valuesOf(invocation, 'only'),
      force: valuesOf(invocation, 'force'),
      verify: isGiven(invocation, 'verify'),
      ...(jobs.value === undefined ? {} : { jobs: jobs.value }),
      listener: reporter.listener,
      signal: environment.signal,
    });
  } finally {
    reporter.close();
  }
}

/** `twoshot run` */
export const run: Command = async (invocation, environment) => {
  const json = isGiven(invocation, 'json');
  const result = await execute(invocation, environment);
  const { stdout, stderr } = environment;
  const mistake = result.run === null;
  writeLine(json || mistake ? stderr : stdout, closingText(result).trim());
  if (json) writeLine(stdout, JSON.stringify(runJson(result)));
  return exitCodeOf(result);
};
