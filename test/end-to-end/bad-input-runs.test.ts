// @module-tag slow
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { makePlace, runIn, type Place } from './bad-input-rig.js';
import { digestsOf, processesOf, stagesThat, start, workspace, type Started } from './rig.js';

let place: Place;
beforeAll(async () => {
  place = await makePlace();
});

test('two runs at once on one store both succeed, and every stage runs once', async () => {
  const runs = await Promise.all([runIn(place), runIn(place)]);
  const [one, other] = runs;
  for (const finished of runs) expect(finished.summary!.error).toBeNull();
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
  expect(runs.flatMap((finished) => stagesThat(finished, 'ran')).sort()).toEqual(['channels', 'data', 'weak']);
  expect(digestsOf(one)).toEqual(digestsOf(other));
});

/** Settles when a line of the run says it. */
const hasSaid = ({ runner }: Started, words: string): Promise<void> =>
  new Promise((resolve) => {
    let said = '';
    runner.stderr!.on('data', (part: Buffer) => {
      said += part.toString();
      if (said.includes(words)) resolve();
    });
  });

test('an interrupt ends a run with 130, its last line and no host left, and the next run goes on', async () => {
  const store = join(place.root, 'interrupted');
  const started = start(['run', place.pipeline, '--store', store, '--json']);
  await hasSaid(started, 'data starts');
  started.runner.kill('SIGINT');
  const { code, summary, text } = await started.finished;
  expect(code).toBe(130);
  expect(summary!.error).toMatchObject({ code: 'interrupted' });
  const channels = summary!.stages.find(({ stage }) => stage === 'channels');
  expect(channels).toMatchObject({ status: 'skipped', why: 'interrupted' });
  expect(text).toContain('finished stages are kept');
  if (process.platform === 'linux') expect(processesOf(started.mark)).toEqual([]);
  const next = await runIn({ ...place, store });
  expect(next.code).toBe(0);
  expect(digestsOf(next)).toEqual(digestsOf(await runIn(place)));
});

test('hidden files and a store below the images are no input, even while a stage runs; an image is', async () => {
  const own = await makePlace();
  const store = join(own.images, 'results');
  const command = ['run', own.pipeline, '--store', store, '--json'];
  const started = start(command);
  await hasSaid(started, 'data starts');
  writeFileSync(join(own.images, 'cat/.DS_Store'), 'x');
  const first = await started.finished;
  expect(first.summary!.error).toBeNull();
  writeFileSync(join(own.images, 'Thumbs.db'), 'x');
  expect(stagesThat(await runIn({ ...own, store }), 'cached')).toEqual(['data', 'weak', 'channels']);
  const disturbed = start([...command, '--force', 'data']);
  await hasSaid(disturbed, 'data starts');
  writeFileSync(join(own.images, 'new.png'), 'x');
  expect((await disturbed.finished).text).toContain('its external params name changed while it ran');
});

test('--only leaves the rest out, --force runs one stage again and nothing below it', async () => {
  const only = await runIn(place, '--only', 'channels', '--seed', '3');
  expect(stagesThat(only, 'cached')).toEqual(['data', 'channels']);
  expect(stagesThat(only, 'skipped')).toEqual(['weak']);
  const forced = await runIn(place, '--force', 'data');
  expect(stagesThat(forced, 'ran')).toEqual(['data']);
  expect(forced.summary!.stages.find(({ stage }) => stage === 'data')!.why).toBe('forced');
  expect(digestsOf(forced)).toEqual(digestsOf(await runIn(place)));
});

test('npx twoshot works from any folder of the checkout', async () => {
  const npx = spawn(
    'npx',
    ['twoshot', 'run', '../../../pipelines/smoke.yaml', '--only', 'weak', '--store', place.store, '--json'],
    {
      cwd: join(workspace, 'packages/vision/src'),
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let stdout = '';
  npx.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
  expect(await once(npx, 'close')).toEqual([0, null]);
  expect(JSON.parse(stdout.trimEnd().split('\n').at(-1)!)).toMatchObject({ error: null });
});
