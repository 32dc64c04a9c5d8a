import { beforeAll, expect, test } from 'vitest';
import { tf } from '../index.js';
import { startEngine } from '../start.js';
import { differentiable } from './differentiable.js';

function doubleAndTenfold(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  return differentiable({
    inputs: { x },
    forward: (): [tf.Tensor, tf.Tensor] => [tf.mul(x, 2), tf.mul(x, 10)],
    backward: ([first, second]) => ({ x: () => tf.add(tf.mul(first, 2), tf.mul(second, 10)) }),
  });
}

beforeAll(async () => {
  await startEngine('cpu');
});

test('only the gradients that are asked for are computed', () => {
  const computed: string[] = [];
  const product = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    differentiable({
      inputs: { a, b },
      forward: (save: (tensors: [tf.Tensor, tf.Tensor]) => void): tf.Tensor => {
        save([a, b]);
        return tf.mul(a, b);
      },
      backward: (dy, [first, second]) => ({
        a: () => {
          computed.push('a');
          return tf.mul(dy, second);
        },
        b: () => {
          computed.push('b');
          return tf.mul(dy, first);
        },
      }),
    });
  const three = tf.scalar(3);
  expect(
    tf
      .grad((x) => product(x, three))(tf.scalar(2))
      .dataSync()[0],
  ).toBe(3);
  expect(computed).toEqual(['a']);
  expect(
    tf
      .grad((x) => product(x, x))(three)
      .dataSync()[0],
  ).toBe(6);
  expect(computed).toEqual(['a', 'a', 'b']);
});

test('of several outputs those without a part in the loss give zeros', () => {
  expect(
    tf
      .grad((x) => doubleAndTenfold(x)[0])(tf.scalar(1))
      .dataSync()[0],
  ).toBe(2);
  expect(
    tf
      .grad((x) => doubleAndTenfold(x)[1])(tf.scalar(1))
      .dataSync()[0],
  ).toBe(10);
});

function square(x: tf.Tensor, seen: number[] = []): tf.Tensor {
  return differentiable({
    inputs: { x },
    forward: (save: (tensors: [tf.Tensor]) => void): tf.Tensor => {
      save([x]);
      return tf.square(x);
    },
    backward: (dy, [saved]) => {
      seen.push(tf.memory().numTensors);
      return { x: () => tf.mul(dy, tf.mul(saved, 2)) };
    },
  });
}

test('a backward pass holds fewer tensors the nearer it comes to its end', () => {
  const seen: number[] = [];
  const power = tf.grad((x) => Array.from({ length: 8 }).reduce<tf.Tensor>((y) => square(y, seen), x));
  expect(power(tf.scalar(1)).dataSync()[0]).toBe(256);
  expect(seen).toHaveLength(8);
  expect(seen[7]).toBeLessThan(seen[1]!);
});

test('a gradient that the caller brings stays theirs', () => {
  const dy = tf.scalar(5);
  expect(
    tf
      .grad((x) => square(x))(tf.scalar(2), dy)
      .dataSync()[0],
  ).toBe(20);
  expect(dy.isDisposed).toBe(false);
});

test('a gradient of a gradient finds what it needs', () => {
  const slope = tf.grad((x) => square(square(x)));
  expect(tf.grad(slope)(tf.scalar(2)).dataSync()[0]).toBe(48);
  expect(slope(tf.scalar(2)).dataSync()[0]).toBe(32);
});
