import { expect, test } from 'vitest';
import { featuresOf } from './feature-output.js';

/** Two images of three tokens of two features. */
const tokens = { type: 'float32' as const, dims: [2, 3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6, 0, 0, 1, 1, 5, 2) };
const asked = { name: 'tokens', count: 2, layout: 'nchw' as const };

test('tokens become the first one, or their mean', () => {
  expect(featuresOf(tokens, { ...asked, pooling: 'first' }, 'a.onnx')).toEqual({
    dim: 2,
    values: Float32Array.of(1, 2, 0, 0),
  });
  expect(featuresOf(tokens, { ...asked, pooling: 'mean' }, 'a.onnx')).toEqual({
    dim: 2,
    values: Float32Array.of(3, 4, 2, 1),
  });
});

test('maps become their mean in both layouts', () => {
  const maps = { type: 'float32' as const, dims: [1, 2, 1, 2], data: Float32Array.of(1, 3, 10, 20) };
  const one = { ...asked, count: 1, pooling: 'first' as const };
  expect(featuresOf(maps, one, 'a.onnx').values).toEqual(Float32Array.of(2, 15));
  expect(featuresOf(maps, { ...one, layout: 'nhwc' }, 'a.onnx').values).toEqual(Float32Array.of(5.5, 11.5));
});

test.each([
  [{ ...tokens, dims: [3, 2, 2] }, 'expected one row for each of 2 images'],
  [{ ...tokens, dims: [2, 6, 1, 1, 1] }, 'expected [batch, features], [batch, tokens, features] or maps'],
  [{ ...tokens, type: 'int64' as const, data: new BigInt64Array(12) }, 'expected float32 numbers'],
  [{ ...tokens, data: tokens.data.with(3, NaN).fill(Infinity) }, 'is not finite'],
])('an output that cannot be features is told', (output, says) => {
  expect(() => featuresOf(output, { ...asked, pooling: 'first' }, 'a.onnx')).toThrow(says);
});
