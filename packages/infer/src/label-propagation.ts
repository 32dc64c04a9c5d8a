import { choice, defineStage, integer, number, optional } from '@twoshot/stage';

export default defineStage({
  name: 'infer/label-propagation',
  summary:
    'Propagates the labels over the neighbour graph of the reference; query rows take the mean of their neighbours (label propagation)',
  params: {
    alpha: number({
      default: 0.99,
      minimum: 0,
      maximum: 0.9999,
      doc: 'fraction of a row’s score that comes from its neighbours (Iscen et al. 2019: 0.99)',
    }),
    rounds: optional(
      integer({ minimum: 1, doc: 'iterations' }),
      'propagation iterations, each one edge further; null for the limit, which alpha near 1 needs',
    ),
    power: number({ default: 3, minimum: 0, doc: 'edge weights are max(cosine, 0) to this power' }),
    neighbours: optional(
      integer({ minimum: 1, doc: 'nearest neighbours' }),
      'nearest neighbours used per row; null for all in the graph',
    ),
    symmetry: choice(['maximum', 'sum'], { default: 'maximum', doc: 'how the two directions of an edge combine' }),
    balance: choice(['none', 'columns', 'even'], {
      default: 'columns',
      doc: 'none: scores as they are; columns: equal sums of scores for all classes over the reference; even: equal sums of probabilities, for classes of about the same size',
    }),
    sharpness: number({
      default: 10,
      minimum: 0.1,
      doc: 'power of the scores before classes are balanced: the higher, the fewer rows change; only when balance is even',
    }),
    refinements: integer({
      default: 0,
      minimum: 0,
      doc: 'rounds of diffusing and sharpening the probabilities afterwards, for classes that few edges connect; stops, with a warning, where more than a fifth of the labelled rows would leave their classes',
    }),
    reach: integer({ default: 10, minimum: 1, doc: 'diffusion steps per refinement' }),
  },
  inputs: {
    graph: { kind: 'neighbours', doc: 'reference to reference' },
    links: { kind: 'neighbours', query: true, doc: 'query to reference' },
    labels: { kind: 'labels', doc: 'the labelled rows, among the reference' },
  },
  outputs: {
    predictions: { kind: 'predictions', doc: 'predictions for the query rows' },
    reference: { kind: 'predictions', from: ['graph', 'labels'], doc: 'predictions for the reference rows' },
  },
  engine: true,
  async run({ params, inputs, outputs, progress, signal, log, warn }) {
    const { readLabels, readNeighbours, writePredictions } = await import('@twoshot/artifact');
    const { neighbourGraph, normaliseGraph, oneHot, solveLabels, spreadLabels } = await import('@twoshot/geometry');
    const { balanceScores, carryOver, countUnreached } = await import('@twoshot/fewshot');
    const { findLabelled } = await import('./labelled-rows.js');
    const { requireSameRows } = await import('./same-rows.js');
    const [lists, links, labels] = await Promise.all([
      readNeighbours(inputs.graph.path),
      readNeighbours(inputs.links.path),
      readLabels(inputs.labels.path),
    ]);
    requireSameRows(
      lists.reference,
      lists.rows,
      () => `the graph of ${inputs.graph.from} has edges to other rows than its own`,
    );
    requireSameRows(
      lists.rows,
      links.reference,
      () => `the links of ${inputs.links.from} point to other rows than those of the graph of ${inputs.graph.from}`,
    );
    const { classNames } = labels;
    const known = findLabelled(labels, lists.rows, inputs.graph);
    const { alpha, rounds, power, symmetry, balance, refinements } = params;
    const neighbours = params.neighbours ?? lists.k;
    const weights = neighbourGraph(lists, { power, symmetry, neighbours });
    const graph = normaliseGraph(weights);
    const source = oneHot(new Int32Array(lists.rows.count).fill(-1), classNames.length);
    for (const [i, position] of known.position.entries())
      source.data[position * classNames.length + known.label[i]!]! += known.weight[i]!;
    const tell = (phase: string) => (step: number, total: number) => progress({ step, total, phase });
    const scores =
      rounds === null
        ? await solveLabels(graph, source, { alpha, tolerance: 1e-6, signal, progress: tell('solve') })
        : await spreadLabels(graph, source, { alpha, rounds, signal, progress: tell('spread') });
    const unreached = countUnreached(scores);
    if (unreached > 0) log(`${unreached} of ${lists.rows.count} rows are not connected to any labelled one`);
    let shares = balanceScores(scores, balance, balance === 'even' ? params.sharpness : 1);
    if (refinements > 0) {
      const { refineShares } = await import('@twoshot/fewshot');
      const options = { refinements, reach: params.reach, signal, progress: tell('refine') };
      const refined = await refineShares(weights, shares, known, options);
      shares = refined.shares;
      if (refined.stopped !== null) {
        const { round, left } = refined.stopped;
        warn(
          `refinement stopped before round ${round} of ${refinements}, which would take ${left} of ${known.label.length} labelled rows from their classes: the graph separates the classes badly, so more training or other features would help most`,
        );
      }
    }
    const predicted = carryOver(links, shares, { power, neighbours });
    for (const [port, rows, { data }] of [
      ['predictions', links.rows, predicted],
      ['reference', lists.rows, shares],
    ] as const)
      await writePredictions(outputs[port], {
        rows,
        classNames,
        scale: 'probabilities',
        values: Float32Array.from(data),
      });
  },
});
