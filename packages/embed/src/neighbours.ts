import { defineStage, integer, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'embed/neighbours',
  summary: 'Finds the nearest rows of every row by cosine: a graph of the reference, and links from query rows to it',
  params: { k: integer({ default: 15, minimum: 1, doc: 'neighbours per row; at most as many as there are rows' }) },
  inputs: {
    reference: { kind: 'features', doc: 'rows that may be neighbours' },
    query: {
      kind: 'features',
      optional: true,
      query: true,
      doc: 'rows whose neighbours are searched in the reference',
    },
  },
  outputs: {
    graph: { kind: 'neighbours', from: ['reference'], doc: 'reference to reference, a row never its own neighbour' },
    links: { kind: 'neighbours', doc: 'query to reference; empty without a query' },
  },
  engine: true,
  resources: { threads: 'all', memory: 1536 },
  async run({ params, inputs, outputs, progress, signal }) {
    const { readFeatures, writeNeighbours } = await import('@twoshot/artifact');
    const { matrixOf, nearestNeighbours, nearestTo } = await import('@twoshot/geometry');
    const { rows: reference, dim, values } = await readFeatures(inputs.reference.path);
    if (reference.count < 2)
      throw new StageInputError(
        'too-few-rows',
        `${inputs.reference.from} has ${reference.count} rows; a graph needs at least 2`,
      );
    const referenceRows = matrixOf(reference.count, dim, values);
    const tell = (phase: string) => (step: number, total: number) => progress({ step, total, phase });
    const graph = await nearestNeighbours(referenceRows, params.k, { signal, progress: tell('graph') });
    await writeNeighbours(outputs.graph, { rows: reference, reference, ...graph });
    const query = inputs.query === null ? null : await readFeatures(inputs.query.path);
    if (query !== null && query.dim !== dim)
      throw new StageInputError(
        'dimensions-differ',
        `query rows have ${query.dim} dimensions, reference rows ${dim}. Use features from the same space for both.`,
      );
    const rows = query?.rows ?? { count: 0, sets: [], set: new Uint8Array(0), index: new Uint32Array(0), view: null };
    const queryRows = matrixOf(rows.count, dim, query?.values ?? new Float32Array(0));
    const links = await nearestTo(referenceRows, queryRows, params.k, { signal, progress: tell('links') });
    await writeNeighbours(outputs.links, { rows, reference, ...links });
  },
});
