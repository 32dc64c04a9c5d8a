import type * as tf from '@tensorflow/tfjs-core';
import { multiply, multiplyOuter, packWeights, type Image } from './window-products.js';
import type { Machine } from './machine.js';

/** A matrix as images of one cell: its rows are cells, its columns the depth. */
const rowsOf = (address: number, rows: number, columns: number): Image => ({
  address,
  height: rows,
  width: 1,
  depth: columns,
  imageStride: 0,
  rowStride: columns,
  columnStride: columns,
});

const ONE_TAP = [{ down: 0, across: 0, index: 0 }];
const cellsOf = (rows: number) => ({ images: 1, rows, columns: 1, rowStride: 1, columnStride: 1 });

/**
 * `[m, n]`: `a b` of `a [m, k]` and `b [k, n]`, either of them given transposed.
 *
 * @returns null where both are transposed, which nobody has needed yet
 */
export function multiplyMatrices(
  machine: Machine,
  a: { readonly info: tf.TensorInfo; readonly transposed: boolean },
  b: { readonly info: tf.TensorInfo; readonly transposed: boolean },
  shape: readonly number[],
): tf.TensorInfo | null {
  if (a.transposed && b.transposed) return null;
  const [aRows, aColumns] = a.info.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.info.shape.slice(-2) as [number, number];
  const outputs = b.transposed ? bRows : bColumns;
  const y = machine.output(shape);
  machine.withWorkspace((space) => {
    const x = rowsOf(machine.addressOf(a.info), aRows, aColumns);
    const cells = cellsOf(aRows);
    if (a.transposed) {
      multiplyOuter(machine, space, {
        x,
        cells,
        taps: ONE_TAP,
        dy: machine.addressOf(b.info),
        outputs,
        to: y.address,
      });
      return;
    }
    const strides = b.transposed
      ? { depthStride: 1, outputStride: bColumns }
      : { depthStride: bColumns, outputStride: 1 };
    const weights = { address: machine.addressOf(b.info), taps: 1, outputs, tapStride: 0, ...strides };
    const packed = packWeights(machine, space, weights, aColumns);
    const place = { address: y.address, imageStride: 0, rowStride: outputs, columnStride: 0 };
    multiply(machine, space, { x, cells, taps: ONE_TAP, packed, packedTaps: 1, y: place, outputs });
  });
  return y.info;
}
