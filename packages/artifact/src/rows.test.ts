import { expect, test } from 'vitest';
import {
  answerName,
  hardPredictions,
  positionsAmong,
  type Predictions,
  probabilitiesOf,
  rowName,
  type Rows,
  rowsAt,
  rowsOf,
} from './index.js';

const withViews = (set: string, rows: readonly (readonly [index: number, view: number])[]): Rows => ({
  ...rowsOf(
    set,
    Uint32Array.from(rows, ([index]) => index),
  ),
  view: Uint8Array.from(rows, ([, view]) => view),
});

test('rows are found among others by set and index, whatever the order of the sets', () => {
  const others: Rows = {
    count: 3,
    sets: ['val', 'train'],
    set: Uint8Array.of(1, 0, 1),
    index: Uint32Array.of(7, 7, 4),
    view: null,
  };
  expect([...positionsAmong(rowsOf('train', Uint32Array.of(4, 7, 5)), others)]).toEqual([2, 0, -1]);
  expect([...positionsAmong(rowsOf('val', Uint32Array.of(4, 7)), others)]).toEqual([-1, 1]);
  expect([...positionsAmong(rowsOf('test', Uint32Array.of(4)), others)]).toEqual([-1]);
});

test('views count where both sides know them', () => {
  const views = withViews('train', [
    [3, 0],
    [3, 1],
    [4, 1],
    [4, 0],
  ]);
  const others = withViews('train', [
    [4, 0],
    [3, 1],
    [3, 2],
  ]);
  expect([...positionsAmong(views, others)]).toEqual([-1, 1, -1, 0]);
  const images = rowsOf('train', Uint32Array.of(4, 3));
  expect([...positionsAmong(images, views)]).toEqual([3, 0]);
  expect([...positionsAmong(views, images)]).toEqual([1, 1, 0, 0]);
  expect([rowName(images, 0), rowName(views, 2)]).toEqual(['train 4', 'train 4 view 1']);
});

test('rows are picked in the order given, and sets without a row are left out', () => {
  const rows: Rows = {
    count: 4,
    sets: ['val', 'train', 'test'],
    set: Uint8Array.of(1, 0, 2, 1),
    index: Uint32Array.of(7, 8, 9, 10),
    view: Uint8Array.of(0, 1, 2, 3),
  };
  const picked = rowsAt(rows, Uint32Array.of(3, 2));
  expect(picked).toEqual({
    count: 2,
    sets: ['train', 'test'],
    set: Uint8Array.of(0, 1),
    index: Uint32Array.of(10, 9),
    view: Uint8Array.of(3, 2),
  });
  expect(rowsAt({ ...rows, view: null }, Uint32Array.of(1))).toEqual(rowsOf('val', Uint32Array.of(8)));
  expect(rowsAt(rows, new Uint32Array(0))).toMatchObject({ count: 0, sets: [] });
});

const predicted = (scale: Predictions['scale'], values: readonly number[]): Predictions => ({
  rows: rowsOf('test', Uint32Array.of(0, 1)),
  classNames: ['a', 'b'],
  scale,
  values: Float32Array.from(values),
});

test('logits, scores and probabilities become probabilities, and the most likely class has its own', () => {
  const logits = predicted('logits', [Math.log(3), 0, -800, 800]);
  expect(probabilitiesOf(logits)).toEqual(Float32Array.of(0.75, 0.25, 0, 1));
  const scores = predicted('scores', [-2, 5, -1, 0]);
  expect(probabilitiesOf(scores)).toEqual(Float32Array.of(0, 1, 0.5, 0.5));
  const probabilities = predicted('probabilities', [0.25, 0.75, 0.5, 0.5]);
  expect(probabilitiesOf(probabilities)).toBe(probabilities.values);
  expect(hardPredictions(logits)).toEqual([
    { row: 0, label: 0, none: false, confidence: 0.75 },
    { row: 1, label: 1, none: false, confidence: 1 },
  ]);
  expect(hardPredictions(scores).map(({ label, confidence }) => [label, confidence])).toEqual([
    [1, 1],
    [1, 0.5],
  ]);
  expect(hardPredictions(probabilities)[1]).toEqual({ row: 1, label: 0, none: false, confidence: 0.5 });
});

test('a row that is of none of the classes by more than the threshold has that answer', () => {
  const predictions = {
    ...predicted('probabilities', [0.25, 0.75, 0.25, 0.75]),
    none: { probability: Float32Array.of(0.5, 0.625), threshold: 0.5 },
  };
  const answers = hardPredictions(predictions);
  expect(answers).toEqual([
    { row: 0, label: 1, none: false, confidence: 0.375 },
    { row: 1, label: 1, none: true, confidence: 0.625 },
  ]);
  expect(answers.map((answer) => answerName(answer, predictions.classNames))).toEqual(['b', 'none of these']);
});
