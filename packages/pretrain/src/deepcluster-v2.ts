import type { tf as TensorFlow } from '@twoshot/engine';
import { integer, number } from '@twoshot/stage';
import { type PretrainDefinition, pretrainStage } from '@twoshot/training';
import { headsOf } from './heads.js';
import { multiCropParams, multiCropViews } from './multi-crop.js';

const params = {
  projector: integer({ default: 512, minimum: 2, doc: 'hidden width of the projector; 2048 in the paper' }),
  dim: integer({ default: 128, minimum: 2, doc: 'width of the clustered output' }),
  clusters: integer({ default: 100, minimum: 2, doc: 'clusters of a partition; 3000 for ImageNet in the paper' }),
  partitions: integer({ default: 3, minimum: 1, doc: 'k-means partitions, each from a different initialisation' }),
  temperature: number({ default: 0.1, minimum: 0.001, doc: 'temperature of the cosines to the centroids' }),
  ...multiCropParams,
};

/** DeepCluster-v2 (Caron et al. 2020, appendix): each view predicts the cluster of its image in the previous epoch. */
const deepClusterV2Method: PretrainDefinition<typeof params> = {
  name: 'pretrain/deepcluster-v2',
  summary:
    'Trains a backbone with DeepCluster-v2: views predict the cluster that k-means assigned to their image at the start of the epoch',
  params,
  defaults: { steps: 1500, batch: 256, learningRate: 0.002, warmup: 0.1, optimiser: 'adamw', weightDecay: 0.0001 },
  learningRateFor: null,
  lossFloor: 0,
  memory: 3072,
  views: multiCropViews,
  async method({ params: settings, backbone: { module: backbone }, images, seed, everyImage }) {
    const { tf } = await import('@twoshot/engine');
    const { createRandom } = await import('@twoshot/engine/random');
    const { kmeans, matrixOf } = await import('@twoshot/geometry');
    const { createBank, deepClusterLoss, l2Normalize } = await import('@twoshot/nn');
    const { projector: width, dim, partitions, temperature, localViews } = settings;
    const heads = await headsOf(seed);
    const training = { training: true };
    const rows = images.count;
    const clusters = Math.min(settings.clusters, rows);
    const projector = heads.projector([backbone.dim, width, dim]);
    const prototypes = heads.prototypes(dim, partitions * clusters);
    const bank = createBank({ name: 'embeddings', rows, dim });
    const assigned = createBank({ name: 'assignments', rows, dim: partitions });
    const starts = createRandom(seed('clusters'));
    const embed = (x: TensorFlow.Tensor4D, mode = training): TensorFlow.Tensor2D =>
      l2Normalize(projector.module.forward(backbone.forward(x, mode), mode));
    const every = Uint32Array.from({ length: rows }, (_, row) => row);

    return {
      heads: { projector },
      frozen: { prototypes },
      memory: [bank, assigned],
      async beforeEpoch({ step, epoch }) {
        if (step === 0) bank.set(every, await everyImage((x) => embed(x, { training: false })));
        const labels = new Float32Array(rows * partitions);
        const centroids = new Float32Array(partitions * clusters * dim);
        for (let partition = 0; partition < partitions; partition++) {
          const random = starts.fork(epoch).fork(partition);
          const options = { clusters, restarts: 1, iterations: 10, spherical: true, random };
          const [found] = await kmeans(matrixOf(rows, dim, bank.data), options);
          centroids.set(found!.centroids.data, partition * clusters * dim);
          for (let row = 0; row < rows; row++) labels[row * partitions + partition] = found!.labels[row]!;
        }
        assigned.set(every, labels);
        tf.tidy(() => prototypes.module.weight.assign(tf.tensor2d(centroids, [partitions * clusters, dim])));
      },
      loss([large, small], { positions }) {
        const own = tf.split<TensorFlow.Tensor2D>(embed(large!), 2);
        const local = small === undefined ? [] : tf.split<TensorFlow.Tensor2D>(embed(small), localViews);
        const targets = Int32Array.from({ length: partitions * positions.length }, (_, at) => {
          const [partition, i] = [Math.floor(at / positions.length), at % positions.length];
          return assigned.data[positions[i]! * partitions + partition]!;
        });
        const centroids = tf.reshape<TensorFlow.Rank.R3>(prototypes.module.weight, [partitions, clusters, dim]);
        const losses = [...own, ...local].map(
          (z) => deepClusterLoss(z, centroids, targets, { temperature, normalize: false }).loss,
        );
        return {
          loss: tf.div<TensorFlow.Scalar>(tf.addN(losses), losses.length),
          features: tf.concat2d(own, 0),
          outputs: { rows: tf.tensor1d(Int32Array.from(positions), 'int32'), embedded: own[0]! },
        };
      },
      afterUpdate(outputs) {
        for (const { rows: seen, embedded } of outputs) bank.set(seen!.dataSync(), embedded!.dataSync());
      },
    };
  },
};

export default pretrainStage(deepClusterV2Method);
