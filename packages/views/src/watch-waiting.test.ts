import { expect, test } from 'vitest';
import { watchWaiting } from './watch-waiting.js';

test('another worker is wanted after three late batches in a row, and after three more', () => {
  const isWanted = watchWaiting();
  const late = (): boolean => isWanted(6, 100);
  const inTime = (): boolean => isWanted(5, 100);
  expect([late(), late(), inTime(), late(), late(), late()]).toEqual([false, false, false, false, false, true]);
  expect([late(), late(), late()]).toEqual([false, false, true]);
});
