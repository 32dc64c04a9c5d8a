import { labelledAmong, type LabelledRows, readLabels } from '@twoshot/artifact';
import type { ModelStack } from '@twoshot/ensembling';
import { type InputArtifact, StageInputError } from '@twoshot/stage';
import type { StackedPredictions } from './stack-predictions.js';

/**
 * Finds the labelled rows among predicted ones.
 *
 * @param input the labels
 * @param fit artifact of the predictions; read only for a message
 * @throws StageInputError where classes differ, no labelled row is predicted, or a class has none
 */
export async function readLabelled(
  input: InputArtifact,
  { rows, classNames }: Pick<StackedPredictions, 'rows' | 'classNames'>,
  fit: { readonly from: string },
): Promise<LabelledRows> {
  const labels = await readLabels(input.path);
  if (labels.classNames.join('\n') !== classNames.join('\n'))
    throw new StageInputError(
      'classes-differ',
      `${input.from} labels the classes ${labels.classNames.join(', ')}, ${fit.from} predicts ${classNames.join(', ')}`,
    );
  const known = labelledAmong(labels, rows);
  if (known.label.length === 0)
    throw new StageInputError(
      'no-labelled-row',
      `${fit.from} predicts none of the ${labels.rows.count} labelled rows (of ${labels.rows.sets.join(', ')}). Wire predictions of the labelled set as \`fit\`.`,
    );
  if (known.missing.length > 0)
    throw new StageInputError(
      'class-without-labelled-row',
      `${fit.from} predicts no row that is labelled ${known.missing.join(', ')}; every class needs at least one`,
    );
  return known;
}

/** A subset of the rows of a stack. */
export function selectStack({ models, rows, classes, data }: ModelStack, positions: Uint32Array): ModelStack {
  const selected = new Float32Array(models * positions.length * classes);
  for (let model = 0, to = 0; model < models; model++)
    for (const position of positions) {
      const from = (model * rows + position) * classes;
      selected.set(data.subarray(from, from + classes), to);
      to += classes;
    }
  return { models, rows: positions.length, classes, data: selected };
}
