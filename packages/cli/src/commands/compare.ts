import { commandLine, failed, type Failure, success, type Result } from '@twoshot/diagnostics';
import {
  compareMethods,
  comparisonCsv,
  comparisonJson,
  errorOfFailure,
  exitCodeOf,
  exitCodes,
  refused,
  runJson,
  type NamedResult,
  type RunResult,
} from '@twoshot/events';
import { loadPipeline, type Draws } from '@twoshot/language';
import { closingText, comparisonText } from '@twoshot/reporters';
import { runPipeline, type PipelineOptions } from '@twoshot/runner';
import type { Command } from '../command.js';
import { writeLine, type Environment } from '../environment.js';
import { drawsOf, integerOf, isGiven, textOf } from '../option-values.js';
import type { Invocation } from '../parse.js';
import { pipelineOptions } from '../pipeline-options.js';
import { reporterOn } from '../reporter.js';

/** `twoshot compare` */
export const compare: Command = async (invocation, environment) => {
  const { stdout, stderr } = environment;
  const json = isGiven(invocation, 'json');
  const csv = isGiven(invocation, 'csv');
  const end = (result: RunResult): number => {
    writeLine(stderr, closingText(result).trim());
    if (json) writeLine(stdout, JSON.stringify(runJson(result)));
    return exitCodeOf(result);
  };
  const refuse = (failures: readonly Failure[]): number =>
    end(refused(failures.map((failure) => errorOfFailure(failure))));

  if (json && csv) return refuse([bothFormats]);
  const draws = drawsOf(invocation);
  if (!draws.ok) return refuse(draws.failures);
  if (draws.value === null || draws.value.first === draws.value.last) return refuse([noDraws]);
  const jobs = integerOf(invocation, 'jobs', 1);
  if (!jobs.ok) return refuse(jobs.failures);
  const results: NamedResult[] = [];
  for (const pipeline of invocation.args) {
    const scored = await score(pipeline, draws.value, jobs.value, invocation, environment);
    if (!scored.ok) return refuse(scored.failures);
    if (scored.value.error !== null || scored.value.status !== 'done') return end(scored.value);
    results.push({ name: pipeline, result: scored.value });
  }
  const compared = compareMethods(results, textOf(invocation, 'metric') ?? null);
  if (!compared.ok) return refuse(compared.failures);
  writeLine(json || csv ? stderr : stdout, comparisonText(compared.value));
  if (csv) writeLine(stdout, comparisonCsv(compared.value));
  if (json) writeLine(stdout, JSON.stringify(comparisonJson(compared.value)));
  return exitCodes.done;
};

/** Runs the stages of a pipeline that score, and those that they depend on. */
async function score(
  pipeline: string,
  draws: Draws,
  jobs: number | undefined,
  invocation: Invocation,
  environment: Environment,
): Promise<Result<RunResult>> {
  const options = await pipelineOptions({ ...invocation, args: [pipeline] }, environment);
  if (!options.ok) return options;
  const only = await scoringStages(options.value);
  if (!only.ok) return only;
  const reporter = await reporterOn(environment);
  try {
    return success(
      await runPipeline({
        ...options.value,
        draws,
        only: only.value,
        force: [],
        ...(jobs === undefined ? {} : { jobs }),
        listener: reporter.listener,
        signal: environment.signal,
      }),
    );
  } finally {
    reporter.close();
  }
}

async function scoringStages(options: PipelineOptions): Promise<Result<readonly string[]>> {
  const graph = await loadPipeline(options.file, options);
  if (!graph.ok) return graph;
  const scoring = graph.value.stages.filter(({ declaration: { scores } }) => scores === true);
  const names = [...new Set(scoring.map(({ instance }) => instance))];
  if (names.length > 0) return success(names);
  return failed({
    code: 'command-line',
    message: `${graph.value.name} has no stage that scores`,
    where: null,
    expected: 'a stage such as `report/score`',
  });
}

const bothFormats: Failure = {
  code: 'command-line',
  message: '--json and --csv cannot both be printed',
  where: { file: commandLine, line: 1, column: 8, length: 5, text: '--json --csv' },
  expected: 'one of them',
};

const noDraws: Failure = {
  code: 'command-line',
  message: 'a comparison needs at least two draws of the labels',
  where: null,
  expected: '--draws A-B',
  next: 'e.g. --draws 1-30',
};
