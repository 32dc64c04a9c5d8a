import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from './ops/conv2d.js';
import { startEngine } from './start.js';

/** GFLOP/s, the best of many repetitions. */
export interface EngineSpeed {
  /** 3 x 3 convolutions of 64 channels, both gradients included. */
  readonly convolution: number;
  /** Products of two matrices of 1,024 x 1,024. */
  readonly product: number;
  /** From the call to the first number, loading included. */
  readonly startSeconds: number;
}

const SIDE = 1024;
const CHANNELS = 64;
const PIXELS = 16;
const BATCH = 32;

/** Starts the engine and measures it. */
export async function measureSpeed(seconds: number): Promise<EngineSpeed> {
  const begin = performance.now();
  await startEngine();
  tf.tidy(() => tf.add(tf.scalar(1), 1).dataSync());
  const startSeconds = (performance.now() - begin) / 1000;
  const convolution = measureConvolution(seconds / 2);
  return { convolution, product: measureProduct(seconds / 2), startSeconds };
}

function measureConvolution(seconds: number): number {
  const x = tf.ones([BATCH, PIXELS, PIXELS, CHANNELS]);
  const filter = tf.ones([3, 3, CHANNELS, CHANNELS]);
  const around = [1, 1] as const;
  const gradients = tf.grads((images, weights) =>
    conv2d(images.as4D(BATCH, PIXELS, PIXELS, CHANNELS), weights.as4D(3, 3, CHANNELS, CHANNELS), {
      padding: [around, around],
    }),
  );
  const speed = fastest(seconds, 3 * 2 * x.size * 9 * CHANNELS, () => gradients([x, filter]));
  tf.dispose([x, filter]);
  return speed;
}

function measureProduct(seconds: number): number {
  const matrix = tf.ones<tf.Rank.R2>([SIDE, SIDE]);
  const speed = fastest(seconds, 2 * SIDE ** 3, () => [tf.matMul(matrix, matrix)]);
  matrix.dispose();
  return speed;
}

function fastest(seconds: number, operations: number, work: () => tf.Tensor[]): number {
  const end = performance.now() + seconds * 1000;
  let shortest = Infinity;
  do {
    const start = performance.now();
    tf.tidy(() => {
      for (const tensor of work()) tensor.dataSync();
    });
    shortest = Math.min(shortest, performance.now() - start);
  } while (performance.now() < end);
  return operations / shortest / 1e6;
}
