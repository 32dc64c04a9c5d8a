import { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import { fanInUniform } from '../initialise.js';
import type { Module } from '../module.js';
import { variableOf } from '../variable.js';
import { relu } from './activations.js';

export interface NeuralTensorRelation extends Pick<Module, 'parameters' | 'buffers'> {
  /**
   * @param classes [classes, dim]
   * @param query [queries, dim]
   * @returns [queries, classes] relation scores in 0..1
   */
  forward(classes: tf.Tensor2D, query: tf.Tensor2D): tf.Tensor2D;
}

/**
 * Relation of class and query vectors through `slices` bilinear forms (Geng et al. 2019, section 3.4). Parameters
 * `tensor` [slices, dim (class), dim (query)], `weight` [slices], `bias` [1].
 */
export function neuralTensorRelation(
  { dim, slices }: { dim: number; slices: number },
  random: Random,
): NeuralTensorRelation {
  const tensor = variableOf<tf.Rank.R3>([slices, dim, dim], fanInUniform(random, slices * dim * dim, dim));
  const weight = variableOf<tf.Rank.R1>([slices], fanInUniform(random, slices, slices));
  const bias = variableOf<tf.Rank.R1>([1], 0);
  return {
    parameters: [
      { name: 'tensor', variable: tensor, layout: 'plain', trainable: true },
      { name: 'weight', variable: weight, layout: 'plain', trainable: true },
      { name: 'bias', variable: bias, layout: 'plain', trainable: true },
    ],
    buffers: [],
    forward(classes, query) {
      const [count] = classes.shape;
      const [queries] = query.shape;
      const left = classes.expandDims<tf.Tensor3D>(0).tile([slices, 1, 1]);
      const right = query.expandDims<tf.Tensor3D>(0).tile([slices, 1, 1]);
      const forms = relu(tf.matMul(right, tf.matMul(left, tensor), false, true));
      const scores = forms
        .reshape<tf.Tensor2D>([slices, queries * count])
        .mul(weight.expandDims(1))
        .sum<tf.Tensor1D>(0);
      return scores.add(bias).sigmoid().reshape([queries, count]);
    },
  };
}
