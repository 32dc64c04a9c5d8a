import { transportClasses } from '@twoshot/fewshot';
import { type LongWork, type Matrix, selectRows, softmaxRows, squaredDistances } from '@twoshot/geometry';
import type { InputArtifact } from '@twoshot/stage';
import type { KnownFeatures } from './known-features.js';
import { findUnlabelled } from './labelled-rows.js';
import { type AnswerPort, writeAnswers } from './write-answers.js';

export interface TransportRun extends LongWork {
  readonly lambda: number;
  readonly alpha: number;
  readonly iterations: number;
  /** [classes] of sum 1 */
  readonly shares: readonly number[];
  readonly estimateMarginals: boolean;
  readonly log: (line: string) => void;
}

/**
 * Shares the unlabelled reference rows out among the classes and answers all rows by the final centres and class
 * sizes.
 *
 * @param input the reference, for messages
 * @param space the features of both ports after the method's transform, [rows, dim]
 */
export async function answerByTransport(
  outputs: Readonly<Record<AnswerPort, string>>,
  given: KnownFeatures,
  input: InputArtifact,
  space: Readonly<Record<AnswerPort, Matrix>>,
  { shares, log, ...options }: TransportRun,
): Promise<void> {
  const { known, reference, labels } = given;
  const unlabelled = findUnlabelled(known, reference.rows, input);
  const result = await transportClasses(
    selectRows(space.reference, known.position),
    known.label,
    selectRows(space.reference, unlabelled),
    shares.map((share) => share * unlabelled.length),
    { ...options, classes: shares.length },
  );
  const sizes = Array.from(result.columnMarginals, (size) => (size / unlabelled.length).toFixed(3));
  log(`shares of the classes: ${labels.classNames.map((name, i) => `${name} ${sizes[i]}`).join(', ')}`);
  await writeAnswers(outputs, given, (_, port) => {
    const distances = squaredDistances(space[port], result.prototypes);
    const logits = distances.data.map((value, i) => result.classLogits[i % shares.length]! - options.lambda * value);
    return softmaxRows({ ...distances, data: logits });
  });
}
