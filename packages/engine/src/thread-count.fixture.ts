import type { EngineKind } from './engine-kind.js';
import {
  batchNorm,
  conv2d,
  createCentroidFinder,
  createClusterSums,
  createSpreading,
  depthwiseConv2d,
  maxPool,
  startEngine,
  tf,
  updateAdam,
} from './index.js';
import { createRandom } from './random.js';

/**
 * What an engine computes in a process of its own: `node thread-count.fixture.js KIND` prints its numbers as JSON. How
 * many threads it takes, TWOSHOT_THREADS says; TensorFlow takes their number once in a process.
 */
export type Results = Readonly<Record<string, readonly number[]>>;

const random = createRandom(23);
const normals = (size: number, scale = 1): Float32Array =>
  Float32Array.from({ length: size }, () => scale * random.normal());
const padding = [
  [1, 1],
  [1, 1],
] as const;

const numbersOf = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

/** Value and gradients of a function of one image batch and one filter. */
function differentiated(
  op: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
): number[] {
  return tf.tidy(() => {
    const loss = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => op(a as tf.Tensor4D, b as tf.Tensor4D);
    const tensors = [op(x, filter), ...tf.grads((a, b) => loss(a, b).square())([x, filter])];
    return tensors.flatMap(numbersOf);
  });
}

function images(): Results {
  const x = tf.tensor4d(normals(6 * 12 * 12 * 32), [6, 12, 12, 32]);
  const filter = tf.tensor4d(normals(3 * 3 * 32 * 48, 0.1), [3, 3, 32, 48]);
  const depthwise = tf.tensor4d(normals(3 * 3 * 32, 0.3), [3, 3, 32, 1]);
  return {
    convolution: differentiated((a, b) => conv2d(a, b, { padding }), x, filter),
    strided: differentiated((a, b) => conv2d(a, b, { padding, strides: [2, 2] }), x, filter),
    depthwise: differentiated((a, b) => depthwiseConv2d(a, b, { padding }), x, depthwise),
    block: differentiated(
      (a, b) => maxPool(batchNorm(conv2d(a, b), null, null, 1e-5, { relu: true }).y, { size: [2, 2] }),
      x,
      filter,
    ),
  };
}

function rows(): Results {
  const [count, dim, clusters] = [900, 24, 10];
  const points = normals(count * dim);
  const tensor = tf.tensor2d(points, [count, dim]);
  const finder = createCentroidFinder(tensor, new Float32Array(dim));
  const nearest = finder.nearest(tf.tensor2d(normals(clusters * dim), [clusters, dim]), tf.tensor1d(normals(clusters)));
  const sums = createClusterSums(points, tensor, clusters);
  sums.move(nearest);
  const offsets = Uint32Array.from({ length: count + 1 }, (_, node) => 5 * node);
  const targets = Uint32Array.from({ length: 5 * count }, () => random.integer(count));
  const weights = Float64Array.from(targets, () => random.next() / 5);
  const spreading = createSpreading({ offsets, targets, weights }, normals(count * 10), 0.9);
  for (let round = 0; round < 4; round++) spreading.round();
  return {
    product: numbersOf(tf.matMul(tensor, tensor, false, true)).filter((_, at) => at % 7 === 0),
    nearest: [...nearest],
    sums: [...sums.sums()],
    spreading: [...spreading.scores()],
  };
}

function update(): Results {
  const parameters = [2000, 30].map((size) => ({
    variable: tf.variable(tf.tensor1d(normals(size))),
    gradient: tf.tensor1d(normals(size)),
    first: tf.variable(tf.tensor1d(normals(size))),
    second: tf.variable(tf.tensor1d(normals(size).map((value) => value * value))),
    decay: 0.1,
  }));
  updateAdam(parameters, { learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-3, decoupled: true, steps: 3 });
  return { adam: parameters.flatMap(({ variable }) => numbersOf(variable)) };
}

const [, , kind] = process.argv;
await startEngine(kind as EngineKind);
process.stdout.write(JSON.stringify({ ...images(), ...rows(), ...update() } satisfies Results));
