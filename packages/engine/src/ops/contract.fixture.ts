import { beforeAll, describe, expect, test } from 'vitest';
import { comparedEngines } from '../engine-under-test.js';
import { tf } from '../index.js';
import { createRandom } from '../random.js';
import { startEngine } from '../start.js';
import { expectNoLeak } from '../testing.js';

/** Numbers in double precision, row-major. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface Case {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly op: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** The same by plain loops in double precision. */
  readonly reference: (...inputs: Numbers[]) => Numbers;
  /** False for an op without a gradient; default true. */
  readonly gradients?: boolean;
}

export function zeros(shape: readonly number[]): Numbers {
  return { shape, data: new Float64Array(shape.reduce((size, length) => size * length, 1)) };
}

export function offset(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((sum, position, axis) => sum * (shape[axis] ?? NaN) + position, 0);
}

export function read(x: Numbers, index: readonly number[]): number {
  return x.data[offset(x.shape, index)] ?? NaN;
}

export function dims(x: Numbers): [number, number, number, number] {
  const [a = NaN, b = NaN, c = NaN, d = NaN] = x.shape;
  return [a, b, c, d];
}

export function as4D(x: tf.Tensor): tf.Tensor4D {
  const [a = 1, b = 1, c = 1, d = 1] = x.shape;
  return x.as4D(a, b, c, d);
}

function toTensor({ shape, data }: Numbers): tf.Tensor {
  return tf.tensor(Float32Array.from(data), [...shape]);
}

/** Far enough from each other that a small step changes no maximum and no sign. */
function spacedInputs({ name, shapes }: Case): Numbers[] {
  const random = createRandom(14).fork(name);
  return shapes.map((shape) => {
    const { data } = zeros(shape);
    const order = Uint32Array.from(data, (_, index) => index);
    random.shuffle(order);
    return { shape, data: data.map((_, index) => Math.fround((((order[index] ?? NaN) + 0.5) / data.length) * 4 - 2)) };
  });
}

/** Central differences of `sum(reference(inputs) * upstream)` for one input. */
function centralDifferences(
  reference: Case['reference'],
  inputs: readonly Numbers[],
  which: number,
  upstream: Numbers,
): Float64Array {
  const step = 1e-5;
  const loss = (place: number, change: number): number => {
    const moved = inputs.map(({ shape, data }, index) => {
      return { shape, data: index === which ? data.map((value, at) => (at === place ? value + change : value)) : data };
    });
    return reference(...moved).data.reduce((sum, value, index) => sum + value * (upstream.data[index] ?? NaN), 0);
  };
  return (inputs[which]?.data ?? new Float64Array()).map((_, place) => {
    return (loss(place, step) - loss(place, -step)) / (2 * step);
  });
}

/** The first number that is too far off, in words; an empty list when there is none. */
function differencesBetween(found: ArrayLike<number>, expected: Float64Array): string[] {
  if (found.length !== expected.length) return [`${found.length} numbers instead of ${expected.length}`];
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const wrong = expected.findIndex((value, place) => !(Math.abs((found[place] ?? NaN) - value) <= 2e-5 * scale));
  return wrong < 0 ? [] : [`${found[wrong]} instead of ${expected[wrong]} at ${wrong}`];
}

/** Holds an op against its reference on every engine: values, gradients, tensors left behind. `more` adds tests. */
export function testOnEveryEngine(cases: readonly Case[], more: () => void): void {
  describe.each(comparedEngines())('on the engine %s', (kind) => {
    beforeAll(async () => {
      await startEngine(kind);
    });

    test.each(cases)('$name: value, and gradients where there are', async (each) => {
      const inputs = spacedInputs(each);
      const expected = each.reference(...inputs);
      const upstream = {
        shape: expected.shape,
        data: expected.data.map((_, place) => Math.fround(Math.sin(place + 1))),
      };
      await expectNoLeak(() => {
        const tensors = inputs.map(toTensor);
        const value = tf.tidy(() => each.op(...tensors));
        expect(value.shape).toEqual(expected.shape);
        expect(differencesBetween(value.dataSync(), expected.data)).toEqual([]);
        if (each.gradients === false) return [tensors, value].flat();
        const dy = toTensor(upstream);
        const gradients = tf.grads(each.op)(tensors, dy);
        for (const [which, gradient] of gradients.entries()) {
          expect(gradient.shape).toEqual(inputs[which]?.shape);
          const slopes = centralDifferences(each.reference, inputs, which, upstream);
          expect(differencesBetween(gradient.dataSync(), slopes)).toEqual([]);
        }
        return [tensors, value, dy, gradients].flat();
      });
    });

    more();
  });
}

export function reluOf({ shape, data }: Numbers): Numbers {
  return { shape, data: data.map((value) => Math.max(value, 0)) };
}

export function added(a: Numbers, b: Numbers): Numbers {
  return { shape: a.shape, data: a.data.map((value, place) => value + (b.data[place] ?? NaN)) };
}
