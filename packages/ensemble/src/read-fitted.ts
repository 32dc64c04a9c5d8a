import { type InputArtifact, StageInputError } from '@twoshot/stage';
import type { ModelStack } from '@twoshot/ensembling';
import { readLabelled, selectStack } from './labelled-stack.js';
import { readStack, type StackedPredictions } from './stack-predictions.js';

/** Inputs of a fitted ensemble. */
export interface FittedInputs {
  /** Predictions for the labelled rows. */
  readonly fitted: ModelStack;
  /** [labelled] */
  readonly labels: Int32Array;
  /** Predictions for the target rows, by the same models. */
  readonly applied: StackedPredictions;
}

/** Reads predictions for the labelled rows and, by the same models in the same order, for the target rows. */
export async function readFitted(inputs: {
  readonly fit: readonly InputArtifact[];
  readonly labels: InputArtifact;
  readonly predictions: readonly InputArtifact[];
}): Promise<FittedInputs> {
  const [fit, applied] = [await readStack(inputs.fit), await readStack(inputs.predictions)];
  if (fit.stack.models !== applied.stack.models)
    throw new StageInputError(
      'models-differ',
      `\`fit\` has the predictions of ${fit.stack.models} models, \`predictions\` those of ${applied.stack.models}. Wire the same models in the same order.`,
    );
  if (fit.classNames.join('\n') !== applied.classNames.join('\n'))
    throw new StageInputError(
      'classes-differ',
      `\`fit\` predicts the classes ${fit.classNames.join(', ')}, \`predictions\` ${applied.classNames.join(', ')}`,
    );
  const known = await readLabelled(inputs.labels, fit, inputs.fit[0]!);
  return { fitted: selectStack(fit.stack, known.position), labels: known.label, applied };
}
