import { type Matrix, matrixOf } from '@twoshot/geometry';
import type { GoldenInputs, GoldenOp, GoldenOutputs, GoldenTensor } from '../op-table.js';

/** An op of typed arrays; `tensor` where the function behind it takes the engine. */
export const op = (
  kind: 'tensor' | 'plain',
  run: (params: never, inputs: GoldenInputs) => GoldenOutputs | Promise<GoldenOutputs>,
): GoldenOp => ({ tensor: kind === 'tensor', run: (params, inputs) => run(params as never, inputs) });

export const singles = ({ data }: GoldenTensor): Float32Array => Float32Array.from(data);

export const matrix = (tensor: GoldenTensor): Matrix => matrixOf(tensor.shape[0]!, tensor.shape[1]!, singles(tensor));

export const exactMatrix = (tensor: GoldenTensor): Matrix<Float64Array> =>
  matrixOf(tensor.shape[0]!, tensor.shape[1]!, Float64Array.from(tensor.data));
