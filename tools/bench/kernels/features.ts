import { createRandom } from '@twoshot/engine/random';
import { ptMapFeatures, transportClasses } from '@twoshot/fewshot';
import {
  argMaxRows,
  assignRows,
  lloyd,
  type Matrix,
  matrixOf,
  nearestNeighbours,
  neighbourGraph,
  normaliseGraph,
  normaliseRows,
  oneHot,
  selectRows,
  spreadLabels,
  tsne,
  tsneAffinities,
  tsneDivergence,
} from '@twoshot/geometry';
import { featureRows } from './data.js';
import { given, type Kernel, line, relativeDifference, sameShare } from './kernel.js';

const rows = 60_000;
const columns = 512;
const nearest = 20;

/** Two rows of each class, then all rows. */
function labelledRows(centre: Int32Array): { positions: number[]; labels: Int32Array } {
  const positions = Array.from({ length: 20 }, (_, i) => {
    const first = centre.indexOf(i >> 1);
    return i % 2 === 0 ? first : centre.indexOf(i >> 1, first + 1);
  });
  return { positions, labels: Int32Array.from(positions, (position) => centre[position]!) };
}

const ptMap: Kernel = {
  id: 'pt-map',
  title: 'PT-MAP, 60,000 x 512, 10 classes, 20 iterations',
  reference: 'POT sinkhorn and NumPy',
  rival: 'pt-map',
  settings: { classes: 10, lambda: 10, alpha: 0.2, iterations: 20 },
  maximum: 1,
  seconds: 10,
  note: 'both sides make as many Sinkhorn sweeps: until no row sum moves by more than 1e-6, the rule of its authors and ours, which takes three to thirteen; POT by itself looks at its error at every tenth sweep only.',
  rounds: 5,
  calls: 1,
  group: 'pt-map',
  async prepare() {
    const { points, centre } = featureRows(rows, columns, 1);
    const { positions, labels } = labelledRows(centre);
    const support = selectRows(points, positions);
    let found = new Uint32Array(0) as ArrayLike<number>;
    return {
      inputs: { support: given(support), labels: line(labels), query: given(points) },
      async run() {
        const pair = ptMapFeatures(support, points, { transform: 'power', beta: 0.5, epsilon: 1e-6 });
        const marginals = new Float64Array(10).fill(rows / 10);
        const { assignment } = await transportClasses(pair.support, labels, pair.query, marginals, {
          lambda: 10,
          alpha: 0.2,
          iterations: 20,
          classes: 10,
        });
        found = argMaxRows(assignment);
      },
      answer: () => found,
    };
  },
  compare: sameShare,
};

const neighbours: Kernel = {
  id: 'neighbours',
  title: 'Nearest neighbours, 60,000 x 512, k 20',
  reference: 'scikit-learn NearestNeighbors, brute',
  rival: 'neighbours',
  settings: { k: nearest },
  maximum: 0.8,
  rounds: 3,
  calls: 1,
  group: 'neighbours',
  async prepare() {
    const points = normaliseRows(featureRows(rows, columns, 2).points);
    let found: Int32Array = new Int32Array(0);
    return {
      inputs: { points: given(points) },
      async run() {
        found = (await nearestNeighbours(points, nearest)).position;
      },
      answer() {
        for (let start = 0; start < found.length; start += nearest) found.subarray(start, start + nearest).sort();
        return found;
      },
    };
  },
  compare: sameShare,
};

const propagation: Kernel = {
  id: 'propagation',
  title: 'Label spreading on that graph, 10 classes, 100 rounds',
  reference: 'SciPy sparse product, the loop of LabelSpreading',
  rival: 'propagation',
  settings: { alpha: 0.99, rounds: 100 },
  maximum: 1,
  rounds: 5,
  calls: 1,
  group: 'propagation',
  async prepare() {
    const { points, centre } = featureRows(rows, columns, 2);
    const lists = await nearestNeighbours(normaliseRows(points), nearest);
    const graph = normaliseGraph(neighbourGraph(lists, { power: 3, symmetry: 'maximum' }));
    const { positions } = labelledRows(centre);
    const labels = new Int32Array(rows).fill(-1);
    for (const position of positions) labels[position] = centre[position]!;
    const source = oneHot(labels, 10);
    let found: ArrayLike<number> = [];
    return {
      inputs: {
        offsets: line(Int32Array.from(graph.offsets)),
        targets: line(Int32Array.from(graph.targets)),
        weights: line(graph.weights),
        source: given(source),
      },
      async run() {
        found = (await spreadLabels(graph, source, { alpha: 0.99, rounds: 100 })).data;
      },
      answer: () => found,
    };
  },
  compare: relativeDifference,
};

const kmeans = (clusters: number, rounds: number): Kernel => ({
  id: `k-means-${clusters}`,
  title: `k-means, 60,000 x 512, k ${clusters.toLocaleString('en')}, 20 iterations`,
  reference: 'scikit-learn KMeans, Lloyd',
  rival: 'k-means',
  settings: { iterations: 20 },
  maximum: 1,
  rounds,
  calls: 1,
  group: `k-means-${clusters}`,
  async prepare() {
    // Clouds that overlap, so that every iteration still moves rows.
    const { points } = featureRows(rows, columns, 3, 0.02);
    const random = createRandom(4);
    const start = selectRows(
      points,
      Array.from({ length: clusters }, () => random.integer(rows)),
    );
    let inertia = 0;
    return {
      inputs: { points: given(points), centroids: given(start) },
      async run() {
        ({ inertia } = await lloyd(points, start, { iterations: 20 }));
      },
      answer: () => [inertia],
    };
  },
  compare: relativeDifference,
});

const embedding: Kernel = {
  id: 't-sne',
  title: 't-SNE, 10,000 x 50, 750 iterations',
  reference: 'scikit-learn TSNE, Barnes-Hut',
  rival: 't-sne',
  settings: { perplexity: 30, iterations: 750, theta: 0.5 },
  maximum: 1,
  seconds: 60,
  rounds: 2,
  calls: 1,
  group: 't-sne',
  async prepare() {
    const { points } = featureRows(10_000, 50, 5);
    const { joint } = await tsneAffinities(points, { perplexity: 30, neighbours: 90 });
    let found: Matrix = matrixOf(0, 2, new Float32Array(0));
    return {
      inputs: { points: given(points) },
      async run() {
        found = await tsne(points, { random: createRandom(6), perplexity: 30, iterations: 750, theta: 0.5 });
      },
      answer: () => [tsneDivergence(joint, found)],
    };
  },
  compare: (ours, theirs) => `divergence ${ours[0]!.toFixed(3)} and ${theirs[0]!.toFixed(3)}`,
};

const hungarian = (size: number): Kernel => ({
  id: `hungarian-${size}`,
  title: `Hungarian method, ${size.toLocaleString('en')} x ${size.toLocaleString('en')}`,
  reference: 'SciPy linear_sum_assignment',
  rival: 'hungarian',
  settings: {},
  maximum: 3,
  rounds: 5,
  calls: 1,
  group: 'hungarian',
  async prepare() {
    const random = createRandom(size);
    const cost = matrixOf(
      size,
      size,
      Float32Array.from({ length: size * size }, () => random.next()),
    );
    let found: Int32Array = new Int32Array(0);
    return {
      inputs: { cost: given(cost) },
      run() {
        found = assignRows(cost).columnOf;
      },
      answer: () => found,
    };
  },
  compare: sameShare,
});

export const featureKernels: readonly Kernel[] = [
  ptMap,
  neighbours,
  propagation,
  kmeans(10, 5),
  kmeans(1000, 3),
  embedding,
  hungarian(1000),
  hungarian(2000),
];
