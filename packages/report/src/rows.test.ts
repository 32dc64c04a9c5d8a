import { readSubmission, rowsOf, writePredictions } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import { labelsOf as labels, temporaryFolder as folder } from './labels.fixture.js';
import rows from './rows.js';

test('each row with a known class stands beside it, found by set and index', async () => {
  const path = await folder();
  await writePredictions(path, {
    rows: rowsOf('test', Uint32Array.of(7, 5, 6)),
    // Fewer classes than the truth has, in another order.
    classNames: ['dog', '=1+1'],
    scale: 'probabilities',
    values: Float32Array.of(0.9, 0.1, 0.25, 0.75, 0.5, 0.5),
  });
  const truth = await labels('test', [5, 7], [0, 1]);
  const { outputs, logs } = await runStage(rows, { inputs: { predictions: path, truth } });
  expect(await readSubmission(outputs.csv)).toBe(
    "set,index,truth,predicted,confidence\ntest,7,dog,dog,0.9000\ntest,5,cat,'=1+1,0.7500\n",
  );
  expect(logs).toEqual(['2 of 3 predicted rows have a hidden label in test']);
  const other = runStage(rows, { inputs: { predictions: path, truth }, params: { set: 'train' } });
  await expect(other).rejects.toThrow("no row of set 'train' has a known class");
});
