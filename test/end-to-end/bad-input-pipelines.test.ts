// @module-tag slow
import { existsSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { contentOf, makePlace, pipelineText, runIn, write, type Place } from './bad-input-rig.js';
import { run, stagesThat } from './rig.js';

let place: Place;
let before = '';
beforeAll(async () => {
  place = await makePlace();
  await runIn(place);
  before = contentOf(place.store);
});

interface Mistake {
  /** What is changed in the good pipeline. */
  readonly from: string;
  readonly to: string;
  readonly code: string;
  /** Of the changed file. */
  readonly at: readonly [line: number, column: number];
  /** Lines that a user reads, in order. */
  readonly says: readonly string[];
}

const training = `  train:
    use: pretrain/vicreg
    in: { images: data.images, policy: data.truth }
outputs:`;

test.each<[string, Mistake]>([
  [
    'an unknown stage',
    {
      from: 'augment/weak',
      to: 'augment/waek',
      code: 'unknown-stage',
      at: [5, 16],
      says: ['`augment/waek`', '^^^^^^^^^^^^', 'nearest:  `augment/weak`', 'npx twoshot stages'],
    },
  ],
  [
    'an unknown param',
    {
      from: 'size: ',
      to: 'sise: ',
      code: 'unknown-param',
      at: [4, 41],
      says: ['`data` (ingest/folder) has no param `sise`', 'nearest:  `size`', 'npx twoshot stages ingest/folder'],
    },
  ],
  [
    'a param of the wrong type',
    {
      from: "weak, params: { size: '${side}' }",
      to: 'weak, params: { size: big }',
      code: 'wrong-value',
      at: [5, 46],
      says: ['expected: an integer of at least', 'found:    `big` (string)'],
    },
  ],
  [
    'a cycle',
    {
      from: 'images: data.images',
      to: 'images: channels.images',
      code: 'cycle',
      at: [6, 52],
      says: ['a stage depends on itself: `channels` -> `channels`', 'remove this edge'],
    },
  ],
  [
    'a key twice',
    {
      from: 'outputs:',
      to: '  weak: { use: augment/strong }\noutputs:',
      code: 'duplicate-key',
      at: [7, 3],
      says: ['the key `weak` is given twice', ':5:3 (first given here)', 'remove one of the two'],
    },
  ],
  [
    'two outputs of one file name',
    {
      from: '  policy: weak.policy',
      to: '  Policy: weak.policy\n  policy: weak.policy',
      code: 'duplicate-output',
      at: [9, 3],
      says: ['two outputs would be the file `policy.policy`', ':8:3 (the other one)', 'remove one of the two'],
    },
  ],
  [
    'a missing edge',
    {
      from: ', in: { images: data.images }',
      to: '',
      code: 'missing-input',
      at: [6, 3],
      says: ['nothing is wired to `channels.images`', '`data.images`', 'add `in: { images: data.images }`'],
    },
  ],
  [
    'a port of the wrong kind',
    {
      from: 'images: data.images',
      to: 'images: weak.policy',
      code: 'wrong-kind',
      at: [6, 52],
      says: [
        'accepts images, but `weak.policy` is policy',
        'expected: one of `data.images`',
        'found:    `weak.policy`',
      ],
    },
  ],
  [
    'hidden labels wired into training',
    {
      from: 'outputs:',
      to: training,
      code: 'hidden-labels',
      at: [9, 40],
      says: ['hidden labels would reach a stage that does not score: `data.truth` -> `train.policy`', '`weak.policy`'],
    },
  ],
])('%s is named with its place', async (_, { from, to, code, at, says }) => {
  expect(pipelineText).toContain(from);
  write(
    place.root,
    'mistake.yaml',
    pipelineText.replace('PICTURES', place.images).replace(from, () => to),
  );
  const file = `${place.root}/mistake.yaml`;
  const finished = await runIn({ ...place, pipeline: file });
  expect(finished.summary).toMatchObject({ run: null, stages: [], outputs: {}, metrics: {} });
  expect(finished.summary!.error).toMatchObject({ code, file, line: at[0], column: at[1] });
  for (const part of says) expect(finished.text).toContain(part);
  expect(finished.code).toBe(2);
});

test('a pipeline that is not UTF-8 is named', async () => {
  write(place.root, 'latin.yaml', Buffer.from('# caf\xE9\nstages: {}\n', 'latin1'));
  const finished = await runIn({ ...place, pipeline: `${place.root}/latin.yaml` });
  expect(finished.code).toBe(2);
  expect(finished.summary!.error).toMatchObject({ code: 'file-unreadable', line: 1, column: 6 });
  expect(finished.text).toContain('save it as UTF-8');
});

test.each<[string, readonly string[], RegExp]>([
  ['draws that end before they begin', ['--draws', '3-1'], /expected: a range such as 1-30[^]*found: +`3-1`/],
  ['no jobs', ['--jobs', '0'], /expected: an integer of at least 1[^]*found: +`0`/],
  ['a seed that is no number', ['--seed', 'abc'], /--seed abc[^]*expected: an integer of at least 0/],
  ['an unknown option', ['--frce', 'data'], /run has no option `--frce`[^]*nearest: +`--force`/],
  ['an option without its value', ['--only'], /--only needs a value[^]*twoshot run --help/],
  ['an unknown stage to run', ['--only', 'chanels'], /--only names no stage[^]*nearest: +`channels`/],
  ['an unknown stage to run again', ['--force', 'wek'], /--force names no stage[^]*nearest: +`weak`/],
  ['a setting without a value', ['--set', 'data.size'], /expected: `stage\.param=value` or `params\.name=value`/],
  ['a setting that is not YAML', ['--set', 'data.size=[1, 2'], /Flow sequence must end[^]*--set data\.size=\[1, 2/],
  ['a setting of another type', ['--set', 'data.size=wide'], /--set data\.size=wide[^]*found: +`wide` \(string\)/],
  ['a setting of an unknown stage', ['--set', 'dat.size=16'], /no stage `dat`[^]*nearest: +`data`/],
  ['an unknown param of the pipeline', ['--set', 'params.sides=16'], /no param `sides`[^]*nearest: +`side`/],
])('%s on the command line is a mistake', async (_, args, says) => {
  const finished = await runIn(place, ...args);
  expect(finished.text).toMatch(says);
  expect(finished.summary).toMatchObject({ run: null, stages: [], error: { file: 'command line', line: 1 } });
  expect(finished.code).toBe(2);
});

test('commands and pipelines that do not exist are told with the nearest that do', async () => {
  const [command, pipeline] = await Promise.all([
    run(['rnu', 'smoke', '--json']),
    run(['run', 'smokee', '--store', `${place.root}/none`, '--json']),
  ]);
  expect(command.text).toMatch(/there is no command `rnu`[^]*nearest: +`run`/);
  expect(command.summary!.error).toMatchObject({ code: 'command-line', line: 1, column: 1 });
  expect(pipeline.text).toMatch(/there is no pipeline `smokee`[^]*nearest: +`smoke`/);
  expect(pipeline.summary!.error).toMatchObject({ code: 'pipeline-not-found' });
  expect([command.code, pipeline.code]).toEqual([2, 2]);
  expect(existsSync(`${place.root}/none`)).toBe(false);
});

test('nothing that existed was damaged by any of it', async () => {
  expect(contentOf(place.store)).toBe(before);
  expect(stagesThat(await runIn(place), 'cached')).toEqual(['data', 'weak', 'channels']);
});
