import { defineStage, number, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'ensemble/temperature',
  summary: 'Probabilities of one model, calibrated on labelled rows (temperature scaling)',
  params: {
    minimum: number({ default: 0.05, minimum: 0.001, doc: 'lowest temperature; below 1 increases confidence' }),
    maximum: number({ default: 20, minimum: 0.01, doc: 'highest temperature' }),
  },
  inputs: {
    fit: {
      kind: 'predictions',
      doc: 'predictions for the labelled rows, best held out from training, since others are overconfident',
    },
    labels: { kind: 'labels', doc: 'the labelled rows; weights are ignored' },
    predictions: { kind: 'predictions', query: true, doc: 'predictions for the target rows, by the same model' },
  },
  outputs: { predictions: { kind: 'predictions', doc: 'probabilities of the same rows' } },
  async run({ params, inputs, outputs, log }) {
    const { readPredictions, writePredictions } = await import('@twoshot/artifact');
    const { fitTemperature } = await import('@twoshot/ensembling');
    const { selectRows, softmaxRows } = await import('@twoshot/geometry');
    const { readLabelled } = await import('./labelled-stack.js');
    const { logitsOf } = await import('./logits.js');
    const { minimum, maximum } = params;
    if (minimum >= maximum)
      throw new StageInputError('wrong-range', `\`minimum\` must lie below \`maximum\`, got ${minimum} and ${maximum}`);
    const { requireClasses } = await import('./stack-predictions.js');
    const fit = await readPredictions(inputs.fit.path);
    const applied = await readPredictions(inputs.predictions.path);
    if (fit.scale !== applied.scale || fit.classNames.join('\n') !== applied.classNames.join('\n'))
      throw new StageInputError(
        'predictions-differ',
        `${inputs.fit.from} gives ${fit.scale} of ${fit.classNames.join(', ')}, ${inputs.predictions.from} ${applied.scale} of ${applied.classNames.join(', ')}. Use predictions of one model for both.`,
      );
    requireClasses({ input: inputs.fit, predictions: fit });
    requireClasses({ input: inputs.predictions, predictions: applied });
    const known = await readLabelled(inputs.labels, fit, inputs.fit);
    const labelled = selectRows(logitsOf(inputs.fit, fit), known.position);
    const { temperature, nll } = fitTemperature(labelled, known.label, { minimum, maximum });
    log(`temperature ${temperature.toFixed(3)}, nll ${nll.toFixed(4)} on ${known.label.length} labelled rows`);
    const values = Float32Array.from(softmaxRows(logitsOf(inputs.predictions, applied), temperature).data);
    const { rows, classNames } = applied;
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
  },
});
