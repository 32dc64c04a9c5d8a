import { resolve } from 'node:path';
import type { EngineKind } from '@twoshot/engine';
import type { Failure } from '@twoshot/diagnostics';
import { exitCodes } from '@twoshot/events';
import type { Answer, AnswerFormat } from '@twoshot/predict';
import { settleEngine } from '@twoshot/runner';
import type { Command } from '../command.js';
import { type Environment, warnOn, writeLine } from '../environment.js';
import { showFailures } from '../failures.js';
import { failureOf, foundModel } from '../found-model.js';
import { lineSink, type LineSink } from '../line-sink.js';
import { choiceOf, isGiven, pathOf } from '../option-values.js';
import { threadsFor } from '../thread-option.js';

const resizes = ['cover', 'contain', 'fill'] as const;

interface Count {
  labelled: number;
  unreadable: number;
}

async function writeAnswers(
  answers: AsyncIterable<Answer>,
  { head, line }: AnswerFormat,
  sink: LineSink,
  warn: (line: string) => void,
): Promise<Count> {
  const count = { labelled: 0, unreadable: 0 };
  let begun = head === null;
  const begin = async (): Promise<void> => {
    if (!begun) await sink.write(head!);
    begun = true;
  };
  for await (const answer of answers) {
    await begin();
    if ('fault' in answer) {
      count.unreadable++;
      warn(`${answer.file} is not labelled: ${answer.fault}`);
    } else count.labelled++;
    const text = line(answer);
    if (text !== null) await sink.write(text);
  }
  await begin();
  return count;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** `twoshot predict` */
export const predict: Command = async (invocation, environment) => {
  const { cwd, stdout, stderr, signal } = environment;
  const json = isGiven(invocation, 'json');
  const refuse = (failures: readonly Failure[]): number => {
    const code = showFailures(failures, environment);
    const [{ code: reason, message } = { code: 'internal', message: '' }] = failures;
    if (json) writeLine(stdout, JSON.stringify({ error: { code: reason, message } }));
    return code;
  };
  const output = pathOf(invocation, 'output');
  if (!output.ok) return refuse(output.failures);
  const resize = choiceOf(invocation, 'resize', resizes);
  if (!resize.ok) return refuse(resize.failures);
  const threads = threadsFor(invocation);
  if (!threads.ok) return refuse(threads.failures);
  const found = await foundModel(invocation, environment);
  if (!found.ok) return refuse(found.failures);
  const sink = await lineSink(output.value, environment);
  if (!sink.ok) return refuse(sink.failures);
  const { csvAnswers, jsonAnswers, labelFolder, openPredictor, watchFolder } = await import('@twoshot/predict');
  const folder = resolve(cwd, invocation.args[1]!);
  const watches = isGiven(invocation, 'watch');
  const start = performance.now();
  try {
    const engine = await engineKind(environment);
    const options = { resize: resize.value ?? 'cover', threads: threads.value, engine } as const;
    const predictor = await openPredictor(found.value, options);
    const format = json ? jsonAnswers(predictor.answers) : csvAnswers(predictor.answers);
    const warn = warnOn(environment);
    const onReady = (): void => writeLine(stderr, `watching ${folder}; Ctrl-C ends it`);
    const answers = watches
      ? watchFolder(predictor, folder, { signal, onReady })
      : labelFolder(predictor, folder, { signal, warn });
    const { labelled, unreadable } = await writeAnswers(answers, format, sink.value, warn);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const left = unreadable === 0 ? '' : `, ${unreadable} could not be read`;
    writeLine(stderr, `${counted(labelled, 'image')} labelled in ${seconds} s${left}`);
    return exitCodes.done;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    return refuse([failureOf(error)]);
  } finally {
    await sink.value.close();
  }
};

/** The engine to start, which is installed first where it has to be. */
async function engineKind(environment: Environment): Promise<EngineKind> {
  const engine = await settleEngine();
  const other = await engine.ready((line) => writeLine(environment.stderr, line), environment.signal);
  return (other ?? engine).kind;
}
