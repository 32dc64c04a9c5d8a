import { type Matrix, matrixOf } from '@twoshot/geometry';
import type { GoldenOp, GoldenOutput, GoldenTensor } from '../op-table.js';

export type Inputs = Readonly<Record<string, GoldenTensor>>;
type Outputs = Readonly<Record<string, GoldenOutput>>;

/** An op of typed arrays; `tensor` where the function behind it takes the engine. */
export const op = (
  kind: 'tensor' | 'plain',
  run: (params: never, inputs: Inputs) => Outputs | Promise<Outputs>,
): GoldenOp => ({ tensor: kind === 'tensor', run: (params, inputs) => run(params as never, inputs) });

export const singles = ({ data }: GoldenTensor): Float32Array => Float32Array.from(data);

export const matrix = (tensor: GoldenTensor): Matrix => matrixOf(tensor.shape[0]!, tensor.shape[1]!, singles(tensor));

export const exactMatrix = (tensor: GoldenTensor): Matrix<Float64Array> =>
  matrixOf(tensor.shape[0]!, tensor.shape[1]!, Float64Array.from(tensor.data));
