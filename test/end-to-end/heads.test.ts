// @module-tag slow
import { expect, test } from 'vitest';
import { run, temporaryFolder } from './rig.js';

test('every kind of trained head answers images, better than a network that has learned nothing', async () => {
  const { code, text, summary } = await run(['run', 'heads', '--store', await temporaryFolder(), '--json']);
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('heads done') });
  const accuracy = (stage: string): number => summary!.metrics[stage]!['accuracy']!;
  const untrained = accuracy('untrained-score');
  expect(accuracy('classified-score')).toBeGreaterThan(untrained + 0.1);
  expect(accuracy('clustered-score')).toBeGreaterThan(untrained + 0.1);
  expect(accuracy('compared-score')).toBeGreaterThan(untrained);
}, 600_000);
