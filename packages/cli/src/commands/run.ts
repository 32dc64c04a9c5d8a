import { type Failure } from '@twoshot/diagnostics';
import { errorOfFailure, exitCodeOf, refused, runJson, type Listener, type RunResult } from '@twoshot/events';
import { closingText, plainReporter } from '@twoshot/reporters';
import { runPipeline } from '@twoshot/runner';
import type { Command } from '../command.js';
import { writeLine, type Environment } from '../environment.js';
import { drawsOf, isGiven, valuesOf, integerOf } from '../option-values.js';
import type { Invocation } from '../parse.js';
import { pipelineOptions } from '../pipeline-options.js';

const seconds = (): number => performance.now() / 1000;

async function reporterOn({ stderr }: Environment): Promise<{ listener: Listener; close(): void }> {
  if (stderr.isTTY !== true)
    return { listener: plainReporter((line) => writeLine(stderr, line), seconds), close: () => undefined };
  const { liveReporter } = await import('@twoshot/reporters/live');
  const terminal = {
    // Node checks NO_COLOR, FORCE_COLOR and the kind of terminal.
    hasColours: stderr.hasColors?.() === true,
    get columns(): number {
      return stderr.columns ?? 80;
    },
    write: (text: string): void => void stderr.write(text),
  };
  const live = liveReporter(terminal, seconds);
  return { listener: live, close: () => live.close() };
}

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
