import { choice, defineStage, integer, number, numbers, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'infer/pt-map',
  summary:
    'Classes as an optimal transport between the reference rows and moving centres (PT-MAP); query rows meet the centres afterwards',
  params: {
    prior: choice(['uniform', 'given', 'estimated'], {
      default: 'uniform',
      doc: 'shares of the classes among the reference: even, those of `shares`, or even at first and then moved to what rows say',
    }),
    shares: numbers({
      default: [],
      minimum: 0,
      doc: 'share of each class, in the order of the classes; read when prior is given',
    }),
    transform: choice(['power', 'signed-power', 'none'], {
      default: 'none',
      doc: 'of the features first: power wants features of at least 0; whitened ones do better with none',
    }),
    beta: number({ default: 0.5, minimum: 0.01, doc: 'exponent of the power transforms (Hu et al. 2021: 0.5)' }),
    lambda: number({ default: 10, minimum: 0.01, doc: 'inverse regularisation of the plan (Hu et al. 2021: 10)' }),
    alpha: number({ default: 0.2, minimum: 0, maximum: 1, doc: 'step of the centres (Hu et al. 2021: 0.2)' }),
    iterations: integer({ default: 20, minimum: 0, doc: 'plans and steps (Hu et al. 2021: 20)' }),
  },
  inputs: {
    reference: { kind: 'features', doc: 'rows that are shared out among the classes, the labelled ones among them' },
    query: { kind: 'features', query: true, doc: 'rows to answer by the final centres' },
    labels: { kind: 'labels', doc: 'the labelled rows' },
  },
  outputs: {
    predictions: { kind: 'predictions', doc: 'answers of the query rows' },
    reference: { kind: 'predictions', from: ['reference', 'labels'], doc: 'answers of the reference rows' },
  },
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, progress, signal, log }) {
    const { writePredictions } = await import('@twoshot/artifact');
    const { ptMapSpace, transportClasses } = await import('@twoshot/fewshot');
    const { normaliseRows, selectRows, softmaxRows, squaredDistances, subtractFromRows } =
      await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { labels, reference, query, known } = await readKnownFeatures(inputs);
    const { classNames } = labels;
    const { prior, transform, lambda, alpha, iterations } = params;
    const classes = classNames.length;
    const power = { transform, beta: transform === 'none' ? 1 : params.beta, epsilon: 1e-6 };
    const { unit, mean } = ptMapSpace(reference.matrix, power);
    const pool = normaliseRows(subtractFromRows(unit, mean));
    const isKnown = new Set(known.position);
    const unlabelled = Array.from({ length: pool.rows }, (_, row) => row).filter((row) => !isKnown.has(row));
    if (unlabelled.length === 0)
      throw new StageInputError(
        'no-unlabelled-row',
        `all rows of ${inputs.reference.from} are labelled; nothing is left to share out`,
      );
    const shares = prior === 'given' ? sharesOf(params.shares, classNames) : classNames.map(() => 1 / classes);
    const result = await transportClasses(
      selectRows(pool, known.position),
      known.label,
      selectRows(pool, unlabelled),
      shares.map((share) => share * unlabelled.length),
      {
        lambda,
        alpha,
        iterations,
        classes,
        estimateMarginals: prior === 'estimated',
        signal,
        progress: (step, total) => progress({ step, total, unit: 'iterations' }),
      },
    );
    const sizes = Array.from(result.columnMarginals, (size) => (size / unlabelled.length).toFixed(3));
    log(`shares of the classes: ${classNames.map((name, i) => `${name} ${sizes[i]}`).join(', ')}`);
    const asked = normaliseRows(subtractFromRows(ptMapSpace(query.matrix, power).unit, mean));
    for (const [port, { rows }, space] of [
      ['predictions', query, asked],
      ['reference', reference, pool],
    ] as const) {
      const distances = squaredDistances(space, result.prototypes);
      const logits = distances.data.map((value, i) => result.classLogits[i % classes]! - lambda * value);
      const values = Float32Array.from(softmaxRows({ ...distances, data: logits }).data);
      await writePredictions(outputs[port], { rows, classNames, scale: 'probabilities', values });
    }
  },
});

function sharesOf(given: readonly number[], classNames: readonly string[]): number[] {
  const total = given.reduce((sum, share) => sum + share, 0);
  if (given.length !== classNames.length || total === 0)
    throw new StageInputError(
      'wrong-shares',
      `prior 'given' needs ${classNames.length} \`shares\` (of ${classNames.join(', ')}) that are not all 0, got [${given.join(', ')}]`,
    );
  return given.map((share) => share / total);
}
