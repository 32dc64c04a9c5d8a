// @module-tag slow
import { engineUnderTest } from '@twoshot/engine/testing';
import { describe, expect, test } from 'vitest';
import { digestsOf, run, stagesThat, temporaryFolder, type Finished } from './rig.js';

/** Trains for few steps, and only what the score and the clustering heads need. */
const shorter = [
  ...['backbone.steps=10', 'scan.steps=10', 'scan.selfLabelSteps=3'].flatMap((param) => ['--set', param]),
  ...['score', 'scan'].flatMap((stage) => ['--only', stage]),
];

/** Stages of which every thread of the machine computes a part, and with them the number of threads. */
const spread = ['backbone', 'train-features', 'space', 'nearest', 'scan', 'transport'];

const accuracy = ({ summary }: Finished): number => summary!.metrics['score']!['accuracy']!;

describe.each([...new Set([engineUnderTest(), 'wasm'] as const)])('on the engine %s', (engine) => {
  test('one thread, two, and more than there are cores label the images', { timeout: 600_000 }, async () => {
    const store = await temporaryFolder();
    const on = (threads: number): Promise<Finished> =>
      run(['run', 'smoke', '--store', store, ...shorter, '--threads', String(threads), '--json'], {
        TWOSHOT_ENGINE: engine,
      });
    const one = await on(1);
    const others = [await on(2), await on(8)];
    for (const finished of [one, ...others]) {
      expect(finished.text).toContain('smoke done');
      expect(finished.code).toBe(0);
      expect(accuracy(finished)).toBeGreaterThan(0.2);
      expect(accuracy(finished)).toBeCloseTo(accuracy(one), 1);
    }
    for (const finished of others) {
      expect(stagesThat(finished, 'ran')).toEqual(expect.arrayContaining(spread));
      // What takes no engine gives the same whatever the threads, and is not asked again.
      expect(stagesThat(finished, 'cached')).toEqual(expect.arrayContaining(['data', 'contrast']));
      // WebAssembly sums in one order on any number of threads.
      if (engine === 'wasm') expect(digestsOf(finished)).toEqual(digestsOf(one));
    }

    const again = await run(['run', 'smoke', '--store', store, ...shorter, '--json'], {
      TWOSHOT_ENGINE: engine,
      TWOSHOT_THREADS: '8',
    });
    expect(stagesThat(again, 'ran')).toEqual([]);
    expect(digestsOf(again)).toEqual(digestsOf(others[1]!));
  });
});
