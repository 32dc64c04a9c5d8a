import type * as tf from '@tensorflow/tfjs-core';
import {
  gradientSumFields,
  MERGED_CHANNELS,
  mergeGradientFields,
  mergeMomentFields,
  momentFields,
  normaliseFields,
  normaliseGradientFields,
} from './kernels/batch-norm.js';
import { SPLITTING } from './splitting.js';
import { floatBits, type Machine } from './machine.js';

function chunksOf({ shape }: tf.TensorInfo) {
  const channels = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const chunkRows = Math.max(SPLITTING.norm.rows, Math.ceil(rows / SPLITTING.norm.chunks));
  const chunks = Math.ceil(rows / chunkRows);
  return { numbers: { rows, channels, chunkRows }, chunks, merges: Math.ceil(channels / MERGED_CHANNELS) };
}

const floorOf = (relu: boolean): number => floatBits(relu ? 0 : -Infinity);

export interface NormaliseInputs {
  /** `[..., channels]` */
  readonly x: tf.TensorInfo;
  /** `[channels]` */
  readonly gamma: tf.TensorInfo;
  /** `[channels]` */
  readonly beta: tf.TensorInfo;
  readonly residual?: tf.TensorInfo;
}

/** Normalised by the statistics of the batch; then mean, biased variance and `1 / sqrt(variance + epsilon)`. */
export function normaliseBatch(
  machine: Machine,
  { x, gamma, beta, residual }: NormaliseInputs,
  { epsilon, relu }: { readonly epsilon: number; readonly relu: boolean },
): [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo, tf.TensorInfo] {
  const { numbers, chunks, merges } = chunksOf(x);
  const { channels } = numbers;
  const y = machine.output(x.shape);
  const [mean, variance, inverse] = [0, 1, 2].map(() => machine.output([channels])) as [typeof y, typeof y, typeof y];
  machine.withWorkspace((space) => {
    const sums = space.take(8 * chunks * channels);
    const scale = space.take(4 * channels);
    const given = { ...numbers, x: machine.addressOf(x) };
    machine.threads.run('chunkMoments', space.write(momentFields.list({ ...given, sums })), chunks);
    const merge = mergeMomentFields.list({
      ...given,
      sums,
      chunks,
      gamma: machine.addressOf(gamma),
      epsilon: floatBits(epsilon),
      mean: mean.address,
      variance: variance.address,
      inverse: inverse.address,
      scale,
    });
    machine.threads.run('mergeMoments', space.write(merge), merges);
    const apply = normaliseFields.list({
      ...given,
      y: y.address,
      mean: mean.address,
      scale,
      beta: machine.addressOf(beta),
      residual: machine.addressOf(residual ?? x),
      hasResidual: residual === undefined ? 0 : 1,
      floor: floorOf(relu),
    });
    machine.threads.run('normalise', space.write(apply), chunks);
  });
  return [y.info, mean.info, variance.info, inverse.info];
}

export interface NormaliseGradientInputs {
  readonly dy: tf.TensorInfo;
  readonly x: tf.TensorInfo;
  /** The output, which says where the rectifier was open; read only with one. */
  readonly y: tf.TensorInfo;
  readonly gamma: tf.TensorInfo;
  readonly mean: tf.TensorInfo;
  readonly inverse: tf.TensorInfo;
}

/** Gradients of the input, the scale, the shift and, where asked for, the residual. */
export function normaliseBatchGradient(
  machine: Machine,
  { dy, x, y, gamma, mean, inverse }: NormaliseGradientInputs,
  { relu, residual }: { readonly relu: boolean; readonly residual: boolean },
): tf.TensorInfo[] {
  const { numbers, chunks, merges } = chunksOf(x);
  const { channels } = numbers;
  const dx = machine.output(x.shape);
  const [gradientGamma, gradientBeta] = [machine.output([channels]), machine.output([channels])];
  const passed = residual ? machine.output(x.shape) : null;
  machine.withWorkspace((space) => {
    const sums = space.take(8 * chunks * channels);
    const [level, slope, scale] = [space.take(4 * channels), space.take(4 * channels), space.take(4 * channels)];
    const given = {
      ...numbers,
      dy: machine.addressOf(dy),
      x: machine.addressOf(x),
      y: machine.addressOf(relu ? y : x),
      mean: machine.addressOf(mean),
      floor: floorOf(relu),
    };
    machine.threads.run('chunkGradientSums', space.write(gradientSumFields.list({ ...given, sums })), chunks);
    const merge = mergeGradientFields.list({
      ...numbers,
      sums,
      chunks,
      gamma: machine.addressOf(gamma),
      inverse: machine.addressOf(inverse),
      gradientGamma: gradientGamma.address,
      gradientBeta: gradientBeta.address,
      level,
      slope,
      scale,
    });
    machine.threads.run('mergeGradientSums', space.write(merge), merges);
    const apply = normaliseGradientFields.list({
      ...given,
      scale,
      level,
      slope,
      dx: dx.address,
      residual: passed?.address ?? dx.address,
      hasResidual: residual ? 1 : 0,
    });
    machine.threads.run('normaliseGradient', space.write(apply), chunks);
  });
  return [dx.info, gradientGamma.info, gradientBeta.info, ...(passed === null ? [] : [passed.info])];
}
