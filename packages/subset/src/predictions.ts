import { defineStage } from '@twoshot/stage';
import { subsetPort } from './subset-port.js';

export default defineStage({
  name: 'subset/predictions',
  summary: 'Keeps the predictions of the rows in a subset, in their original order',
  params: {},
  inputs: { predictions: { kind: 'predictions', query: true, doc: 'rows to select from' }, subset: subsetPort },
  outputs: { predictions: { kind: 'predictions', doc: 'those in the subset' } },
  async run({ inputs, outputs, log }) {
    const { readPredictions, readSubset, writePredictions } = await import('@twoshot/artifact');
    const { matrixOf, selectRows } = await import('@twoshot/geometry');
    const { chosenAmong } = await import('./chosen.js');
    const [predictions, subset] = await Promise.all([
      readPredictions(inputs.predictions.path),
      readSubset(inputs.subset.path),
    ]);
    const choosing = { subset, inputs: { subset: inputs.subset, of: inputs.predictions }, log };
    const { rows, positions } = chosenAmong(predictions.rows, choosing);
    const { classNames, values, none } = predictions;
    const { data } = selectRows(matrixOf(predictions.rows.count, classNames.length, values), positions);
    await writePredictions(outputs.predictions, {
      ...predictions,
      rows,
      values: data,
      ...(none !== undefined && {
        none: { ...none, probability: Float32Array.from(positions, (row) => none.probability[row]!) },
      }),
    });
  },
});
