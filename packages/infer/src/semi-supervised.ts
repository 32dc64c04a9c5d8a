import { choice, defineStage, number, numbers, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'infer/semi-supervised',
  summary:
    'Labels a collection from few labels: label spreading and ridge regression averaged, calibrated on held-out labels, with class proportions and `none of these`',
  params: {
    alpha: number({
      default: 0.9,
      minimum: 0,
      maximum: 0.9999,
      doc: 'fraction of a row’s score that comes from its neighbours',
    }),
    power: number({ default: 3, minimum: 0, doc: 'edge weights are max(cosine, 0) to this power' }),
    prior: choice(['uniform', 'given', 'estimated'], {
      default: 'estimated',
      doc: 'class proportions in the reference: uniform, given by `shares`, or estimated from the rows',
    }),
    shares: numbers({
      default: [],
      minimum: 0,
      doc: 'proportion of each class, in class order; only when prior is given',
    }),
  },
  inputs: {
    reference: { kind: 'features', doc: 'rows that include the labelled ones, of unit length' },
    query: { kind: 'features', query: true, doc: 'rows to predict' },
    graph: { kind: 'neighbours', doc: 'reference to reference' },
    links: { kind: 'neighbours', query: true, doc: 'query to reference' },
    labels: { kind: 'labels', doc: 'the labelled rows, among the reference' },
    files: {
      kind: 'files',
      optional: true,
      query: true,
      doc: 'files of own images, to name those with doubted labels',
    },
  },
  outputs: {
    predictions: { kind: 'predictions', doc: 'predictions for the query rows' },
    reference: {
      kind: 'predictions',
      from: ['reference', 'graph', 'labels'],
      doc: 'predictions for the reference rows',
    },
    doubted: {
      kind: 'labels',
      from: ['reference', 'graph', 'labels'],
      doc: 'labelled rows that the other labels contradict, with the class that these suggest and its probability as weight',
    },
  },
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, progress, signal, log, warn }) {
    const { noneOfThese, readFiles, readNeighbours, rowsAt, writeLabels } = await import('@twoshot/artifact');
    const { classifySemiSupervised } = await import('@twoshot/fewshot');
    const { doubtedWarning } = await import('./doubted-warning.js');
    const { readKnownFeatures } = await import('./known-features.js');
    const { requireSameRows } = await import('./same-rows.js');
    const { sharesOf } = await import('./transport-params.js');
    const { withReference, writeWithNone } = await import('./write-with-none.js');
    const given = await readKnownFeatures(inputs);
    const { reference, query, known, labels } = given;
    const { classNames } = labels;
    if (classNames.includes(noneOfThese))
      throw new StageInputError(
        'reserved-class',
        `a class is called '${noneOfThese}', which is the answer for rows of no class: give it another name, or leave these images unlabelled`,
      );
    const [graph, links] = await Promise.all([readNeighbours(inputs.graph.path), readNeighbours(inputs.links.path)]);
    for (const [rows, of, from] of [
      [graph.rows, reference.rows, inputs.graph.from],
      [graph.reference, reference.rows, inputs.graph.from],
      [links.reference, reference.rows, inputs.links.from],
      [links.rows, query.rows, inputs.links.from],
    ] as const)
      requireSameRows(of, rows, () => `the neighbours of ${from} are of other rows than the features`);
    const { prior, alpha, power } = params;
    const result = await classifySemiSupervised(reference.matrix, graph, known, {
      classes: classNames.length,
      alpha,
      power,
      shares:
        prior === 'estimated' ? null : sharesOf({ prior, shares: prior === 'given' ? params.shares : [] }, classNames),
      signal,
      progress: (step, total) => progress({ step, total, phase: 'held-out labels' }),
    });
    const { doubted, heldOut, sharpness, shares } = result;
    log(`class proportions: ${classNames.map((name, i) => `${name} ${shares[i]!.toFixed(3)}`).join(', ')}`);
    log(
      heldOut.label.length === 0
        ? `no class has two labels: confidence is that of other collections, and no image can be '${noneOfThese}'`
        : `confidence is calibrated on ${heldOut.label.length} held-out labels (power ${sharpness.toFixed(2)})`,
    );
    if (heldOut.label.length > 0 && result.none === null)
      log(`the labels do not tell how images of no class look: none is '${noneOfThese}'`);
    await writeWithNone(outputs.reference, { rows: reference.rows, classNames, ...result });
    const apart = await result.predict(query.matrix, links);
    await writeWithNone(outputs.predictions, {
      rows: query.rows,
      classNames,
      ...withReference(apart, query.rows, result, reference.rows),
    });
    const rows = rowsAt(
      reference.rows,
      Uint32Array.from(doubted, ({ position }) => position),
    );
    await writeLabels(outputs.doubted, {
      rows,
      classNames,
      label: Int32Array.from(doubted, ({ suggested }) => suggested),
      weight: Float32Array.from(doubted, ({ probability }) => probability),
      source: 'pseudo',
      origin: null,
    });
    if (doubted.length > 0) {
      const files = inputs.files === null ? null : await readFiles(inputs.files.path);
      warn(doubtedWarning({ doubted, rows, files, classNames }));
    }
  },
});
