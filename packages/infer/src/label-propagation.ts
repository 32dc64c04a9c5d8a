import { choice, defineStage, integer, number, optional } from '@twoshot/stage';

export default defineStage({
  name: 'infer/label-propagation',
  summary:
    'Spreads the few labels over the neighbour graph of the reference; query rows take what their neighbours say',
  params: {
    alpha: number({
      default: 0.99,
      minimum: 0,
      maximum: 1,
      doc: 'share of a row’s score that comes from its neighbours (Iscen et al. 2019: 0.99)',
    }),
    rounds: integer({ default: 100, minimum: 1, doc: 'rounds of spreading' }),
    power: number({ default: 3, minimum: 0, doc: 'edges weigh max(cosine, 0) to this power' }),
    neighbours: optional(
      integer({ minimum: 1, doc: 'nearest neighbours' }),
      'nearest neighbours of each row that are used; null for all that the graph has',
    ),
    symmetry: choice(['maximum', 'sum'], { default: 'maximum', doc: 'how the two directions of an edge join' }),
    balance: choice(['none', 'columns'], {
      default: 'columns',
      doc: 'classes as they come, or every class with the same sum of scores over the reference before rows are compared',
    }),
  },
  inputs: {
    graph: { kind: 'neighbours', doc: 'reference to reference' },
    links: { kind: 'neighbours', query: true, doc: 'query to reference' },
    labels: { kind: 'labels', doc: 'the labelled rows, among the reference' },
  },
  outputs: {
    predictions: { kind: 'predictions', doc: 'answers of the query rows' },
    reference: { kind: 'predictions', from: ['graph', 'labels'], doc: 'answers of the reference rows' },
  },
  async run({ params, inputs, outputs, progress, signal, log }) {
    const { readLabels, readNeighbours, rowFinder, writePredictions } = await import('@twoshot/artifact');
    const { neighbourGraph, normaliseGraph, oneHot, spreadLabels } = await import('@twoshot/geometry');
    const { balanceScores, carryOver } = await import('./propagated-scores.js');
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
      () => `the graph of ${inputs.graph.from} leads to other rows than its own`,
    );
    requireSameRows(
      lists.rows,
      links.reference,
      () => `the links of ${inputs.links.from} lead to other rows than those of the graph of ${inputs.graph.from}`,
    );
    const { classNames } = labels;
    const known = findLabelled(labels, lists.rows, inputs.graph, rowFinder(lists.rows));
    const { alpha, rounds, power, symmetry, balance } = params;
    const neighbours = params.neighbours ?? lists.k;
    const graph = normaliseGraph(neighbourGraph(lists, { power, symmetry, neighbours }));
    const source = oneHot(new Int32Array(lists.rows.count).fill(-1), classNames.length);
    for (const [i, position] of known.position.entries())
      source.data[position * classNames.length + known.label[i]!]! += known.weight[i]!;
    const scores = await spreadLabels(graph, source, {
      alpha,
      rounds,
      signal,
      progress: (step, total) => progress({ step, total, unit: 'rounds' }),
    });
    const { shares, unreached } = balanceScores(scores, balance);
    if (unreached > 0) log(`${unreached} of ${lists.rows.count} rows are not connected to any labelled one`);
    const answers = carryOver(links, shares, { power, neighbours });
    for (const [port, rows, { data }] of [
      ['predictions', links.rows, answers],
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
