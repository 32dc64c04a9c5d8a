import { tf } from '@twoshot/engine';
import { createRandom } from '@twoshot/engine/random';
import { startEngineUnderTest } from '@twoshot/engine/testing';
import { beforeAll, expect, test } from 'vitest';
import { dense } from '../layers/dense.js';
import { sgd } from '../optimisers/sgd.js';
import { withLearningRateGroups } from '../optimisers/learning-rate-groups.js';
import { variableOf } from '../variable.js';
import { createBank } from './bank.js';
import { createQueue } from './queue.js';
import { copyWeights, followStudent } from './teacher.js';

beforeAll(() => startEngineUnderTest());

const rows = (...values: number[][]): tf.Tensor2D => tf.tensor2d(values);

test('a queue starts with directions and holds the newest rows first', async () => {
  const queue = createQueue({ name: 'keys', length: 3, dim: 2 }, createRandom(1));
  const [x, y] = queue.rows.dataSync<'float32'>();
  expect(Math.hypot(x!, y!)).toBeCloseTo(1, 6);
  queue.push(rows([1, 0], [0, 1]));
  queue.push(rows([-1, 0]));
  expect([...(await queue.values())]).toEqual([-1, 0, 1, 0, 0, 1]);
  expect(() => queue.push(rows([1, 0], [1, 0], [1, 0], [1, 0]))).toThrow('A queue of 3 rows cannot take 4 at once');
  const other = createQueue({ name: 'keys', length: 3, dim: 2 }, createRandom(2));
  other.restore(new Float32Array(await queue.values()));
  expect(await other.values()).toEqual(await queue.values());
});

test('a bank remembers rows one by one, the last of a row that is given twice', () => {
  const bank = createBank({ name: 'rows', rows: 3, dim: 2 });
  bank.set([2, 0, 2], [1, 2, 3, 4, 5, 6]);
  expect([...bank.data]).toEqual([3, 4, 0, 0, 5, 6]);
});

test('a teacher starts at its student and follows it by the decay', () => {
  const [student, teacher] = [1, 2].map((seed) => dense({ in: 2, out: 1 }, createRandom(seed)));
  copyWeights(student!, teacher!);
  const [own, followed] = [student!, teacher!].map(({ parameters }) => parameters[0]!.variable);
  const start = own!.dataSync<'float32'>().slice();
  expect(followed!.dataSync()).toEqual(start);
  own!.assign(tf.add(own!, 1));
  followStudent(teacher!, student!, 0.75);
  for (const [i, value] of followed!.dataSync().entries()) expect(value).toBeCloseTo(start[i]! + 0.25, 6);
  expect(() => copyWeights(student!, { parameters: [], buffers: [] })).toThrow('two modules of one architecture');
});

test('groups of parameters learn at their own share of the learning rate', () => {
  const [slow, fast] = ['slow', 'fast'].map((name) => ({
    name,
    variable: variableOf([1], 1),
    layout: 'plain' as const,
    trainable: true,
  }));
  const optimiser = withLearningRateGroups(
    [
      { parameters: [slow!], factor: 0.1 },
      { parameters: [fast!], factor: 1 },
    ],
    (parameters) => sgd(parameters),
  );
  expect(optimiser.parameters.map(({ name }) => name)).toEqual(['slow', 'fast']);
  optimiser.step([tf.tensor1d([1]), tf.tensor1d([2])], { learningRate: 0.5 });
  expect(slow!.variable.dataSync()[0]).toBeCloseTo(0.95, 6);
  expect(fast!.variable.dataSync()[0]).toBeCloseTo(0, 6);
});
