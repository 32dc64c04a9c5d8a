import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { type Backbone, createBackbone, createEvaluation, disposeModule, type Mode } from './index.js';

const architecture = { name: 'efficientnet-lite', channels: 3, width: 0.25, depth: 0.5 } as const;

beforeAll(() => startEngineUnderTest());

function valuesOf(backbone: Backbone, mode: Mode): Float32Array {
  return tf.tidy(() => {
    const x = tf.randomUniform<tf.Rank.R4>([2, 33, 40, 3], -1, 1, 'float32', 5);
    return backbone.forward(x, mode).dataSync<'float32'>();
  });
}

test('weights are read once, at the first pass of an evaluation', () => {
  const before = tf.memory().numTensors;
  const backbone = createBackbone(architecture, createRandom(1));
  const [first, second] = [createEvaluation(), createEvaluation()];
  const values = valuesOf(backbone, first);
  for (const { variable } of backbone.parameters) tf.tidy(() => variable.assign(tf.mul<tf.Tensor>(variable, 0.5)));
  expect(valuesOf(backbone, first)).toEqual(values);
  const changed = valuesOf(backbone, second);
  const plain = valuesOf(backbone, { training: false });
  expect(changed).not.toEqual(values);
  expect([...changed]).toEqual([...plain].map((value) => expect.closeTo(value, 4)));
  first.dispose();
  second.dispose();
  disposeModule(backbone);
  expect(tf.memory().numTensors).toBe(before);
});

test('an evaluation holds no output of a layer once the next has it', () => {
  const backbone = createBackbone(architecture, createRandom(1));
  const mode = createEvaluation();
  valuesOf(backbone, mode);
  tf.tidy(() => {
    const x = tf.zeros<tf.Rank.R4>([1, 32, 32, 3]);
    const before = tf.memory().numTensors;
    backbone.maps(x, mode);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(x.isDisposed).toBe(false);
  });
  mode.dispose();
  disposeModule(backbone);
});
