import { transportClasses } from '@twoshot/fewshot';
import { type Matrix, selectRows, softmaxRows, squaredDistances } from '@twoshot/geometry';
import type { InputArtifact, StageContext } from '@twoshot/stage';
import type { KnownFeatures } from './known-features.js';
import { findUnlabelled } from './labelled-rows.js';
import { sharesOf, type TransportParams } from './transport-params.js';
import { type PredictionPort, predictRows } from './predict-rows.js';

/** The part of its context that a stage of this kind passes on. */
export interface TransportContext extends Pick<StageContext<never, never, never>, 'progress' | 'signal' | 'log'> {
  readonly params: TransportParams;
  readonly inputs: { readonly reference: InputArtifact };
  readonly outputs: Readonly<Record<PredictionPort, string>>;
}

/**
 * Assigns the unlabelled reference rows to the classes and predicts all rows by the final centres and class sizes.
 *
 * @param space the features of both ports after the method's transform, [rows, dim]
 */
export async function predictByTransport(
  { params, inputs, outputs, progress, signal, log }: TransportContext,
  given: KnownFeatures,
  space: Readonly<Record<PredictionPort, Matrix>>,
): Promise<void> {
  const { prior, lambda, alpha, iterations } = params;
  const shares = sharesOf({ prior, shares: prior === 'given' ? params.shares : [] }, given.labels.classNames);
  const { known, reference, labels } = given;
  const unlabelled = findUnlabelled(known, reference.rows, inputs.reference);
  const result = await transportClasses(
    selectRows(space.reference, known.position),
    known.label,
    selectRows(space.reference, unlabelled),
    shares.map((share) => share * unlabelled.length),
    {
      lambda,
      alpha,
      iterations,
      classes: shares.length,
      estimateMarginals: prior === 'estimated',
      signal,
      progress: (step, total) => progress({ step, total, unit: 'iterations' }),
    },
  );
  const sizes = Array.from(result.columnMarginals, (size) => (size / unlabelled.length).toFixed(3));
  log(`class proportions: ${labels.classNames.map((name, i) => `${name} ${sizes[i]}`).join(', ')}`);
  await predictRows(outputs, given, (_, port) => {
    const distances = squaredDistances(space[port], result.prototypes);
    const logits = distances.data.map((value, i) => result.classLogits[i % shares.length]! - lambda * value);
    return softmaxRows({ ...distances, data: logits });
  });
}
