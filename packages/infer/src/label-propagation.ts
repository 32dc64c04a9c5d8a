import { choice, defineStage, integer, number, optional } from '@twoshot/stage';

export default defineStage({
  name: 'infer/label-propagation',
  summary:
    'Spreads the few labels over the neighbour graph of the reference; query rows take what their neighbours say',
  params: {
    alpha: number({
      default: 0.99,
      minimum: 0,
      maximum: 0.9999,
      doc: 'share of a row’s score that comes from its neighbours (Iscen et al. 2019: 0.99)',
    }),
    rounds: optional(
      integer({ minimum: 1, doc: 'rounds of spreading' }),
      'rounds of spreading, each of which looks one edge further; null for the limit, which alpha near 1 needs',
    ),
    power: number({ default: 3, minimum: 0, doc: 'edges weigh max(cosine, 0) to this power' }),
    neighbours: optional(
      integer({ minimum: 1, doc: 'nearest neighbours' }),
      'nearest neighbours of each row that are used; null for all that the graph has',
    ),
    symmetry: choice(['maximum', 'sum'], { default: 'maximum', doc: 'how the two directions of an edge join' }),
    balance: choice(['none', 'columns', 'even'], {
      default: 'columns',
      doc: 'classes as they come; every class with the same sum of scores over the reference; or with the same sum of shares, for classes of about the same size',
    }),
    sharpness: number({
      default: 10,
      minimum: 0.1,
      doc: 'power of the scores before the shares are made even: the higher, the fewer rows give way; read when balance is even',
    }),
    refinements: integer({
      default: 0,
      minimum: 0,
      doc: 'times that the shares are diffused and made nearly hard afterwards, for classes that few edges separate',
    }),
    reach: integer({ default: 10, minimum: 1, doc: 'steps of diffusion in a refinement' }),
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
  engine: true,
  async run({ params, inputs, outputs, progress, signal, log }) {
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
      () => `the graph of ${inputs.graph.from} leads to other rows than its own`,
    );
    requireSameRows(
      lists.rows,
      links.reference,
      () => `the links of ${inputs.links.from} lead to other rows than those of the graph of ${inputs.graph.from}`,
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
      shares = await refineShares(weights, shares, known, options);
    }
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
