import { choice, defineStage, numbers, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'ensemble/mean',
  summary: 'Mean of the probabilities of several predictions for the same rows',
  params: {
    mean: choice(['arithmetic', 'geometric'], {
      default: 'arithmetic',
      doc: 'mean of the probabilities, or of their logarithms',
    }),
    weights: numbers({ default: [], minimum: 0, doc: 'weight of each input, in order; empty for equal weights' }),
  },
  inputs: { predictions: { kind: 'predictions', doc: 'predictions for the same rows', many: true, query: true } },
  outputs: { predictions: { kind: 'predictions', doc: 'probabilities, rows in the order of the first input' } },
  async run({ params, inputs, outputs }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { geometricMean, meanProbabilities } = await import('@twoshot/ensembling');
    const { readStack } = await import('./stack-predictions.js');
    const { rows, classNames, stack } = await readStack(inputs.predictions);
    const weights = params.weights.length === 0 ? inputs.predictions.map(() => 1) : params.weights;
    if (weights.length !== stack.models || weights.every((weight) => weight === 0))
      throw new StageInputError(
        'wrong-weights',
        `${stack.models} predictions are combined, so \`weights\` needs ${stack.models} numbers that are not all 0; got [${weights.join(', ')}]`,
      );
    const { data } =
      params.mean === 'geometric' ? geometricMean(stack, 1e-7, weights) : meanProbabilities(stack, weights);
    const values = Float32Array.from(data);
    await writePredictions(outputs.predictions, { rows, classNames, scale: 'probabilities', values });
  },
});
