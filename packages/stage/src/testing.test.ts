import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StageInputError, defineStage, externalPath, integer, numbers, text } from './index.js';
import { runStage } from './testing.js';

const writeNote = defineStage({
  name: 'test/note',
  summary: 'Writes what it was given',
  params: {
    steps: integer({ default: 3, doc: 'steps' }),
    rates: numbers({ default: [1, 2], doc: 'rates' }),
    label: text({ doc: 'label' }),
    path: externalPath({ default: 'data', doc: 'folder' }),
  },
  inputs: {
    one: { kind: 'policy', doc: 'one', optional: true },
    all: { kind: 'features', doc: 'all', many: true },
  },
  outputs: { note: { kind: 'policy', doc: 'note' } },
  async run({ params, inputs, outputs, seed, log, warn, progress }) {
    log('started');
    warn('careful');
    progress({ step: 1, total: params.steps });
    const note = {
      label: params.label,
      path: params.path,
      seed: seed('order'),
      held: inputs.all.map((one) => one.holds),
    };
    await writeFile(join(outputs.note, 'note.json'), JSON.stringify(note));
  },
});

test('what is likely wrong with predictions is told, whichever stage makes them', async () => {
  const collapsed = defineStage({
    name: 'test/collapsed',
    summary: 'Predicts one class for all',
    params: {},
    inputs: {},
    outputs: { predictions: { kind: 'predictions', doc: 'predictions' } },
    async run({ outputs }) {
      const { rowsOf, writePredictions } = await import('@twoshot/artifact');
      await writePredictions(outputs.predictions, {
        rows: rowsOf(
          'test',
          Uint32Array.from({ length: 10 }, (_, row) => row),
        ),
        classNames: ['cat', 'dog'],
        scale: 'probabilities',
        values: Float32Array.from({ length: 20 }, (_, at) => 1 - (at % 2)),
      });
    },
  });
  expect((await runStage(collapsed)).warnings).toEqual(['predictions: 10 of 10 rows get cat; no row gets dog']);
});

test('a stage gets its defaults and inputs, and what it reads and tells is seen', async () => {
  const inputs = { all: ['/a', { path: '/b', holds: ['train'] }] };
  const run = { params: { label: 'x' }, inputs, workspace: '/home' };
  const { outputs, reads, logs, warnings, progress } = await runStage(writeNote, run);
  const note: unknown = JSON.parse(await readFile(join(outputs.note, 'note.json'), 'utf8'));
  expect(note).toEqual({ label: 'x', path: '/home/data', seed: expect.any(Number), held: [[], ['train']] });
  expect(reads).toEqual({
    params: ['label', 'path', 'steps'],
    seed: true,
    pipelineSeed: false,
    graph: false,
    provenance: ['all.holds'],
  });
  expect([logs, warnings, progress]).toEqual([['started'], ['careful'], [{ step: 1, total: 3 }]]);
  const again = await runStage(writeNote, { ...run, seed: 2 });
  expect(JSON.parse(await readFile(join(again.outputs.note, 'note.json'), 'utf8'))).not.toEqual(note);
});

test('a stage that leaves an output empty, or an unknown or missing param, is an error', async () => {
  const lazy = defineStage({ ...writeNote, run: () => Promise.resolve() });
  await expect(runStage(lazy, { params: { label: 'x' } })).rejects.toThrow(
    "test/note ended without writing its output 'note'",
  );
  await expect(runStage(writeNote)).rejects.toThrow("test/note needs the param 'label'");
  const stray = { label: 'x', stepz: 3 };
  await expect(runStage(writeNote, { params: stray })).rejects.toThrow("test/note has no param 'stepz'");
});

test('a length that is no param is an error of the declaration', () => {
  expect(() => defineStage({ ...writeNote, length: 'epochs' })).toThrow("names 'epochs' as its length");
});

test('the mistake of a user comes through', async () => {
  const picky = defineStage({
    ...writeNote,
    run: () => Promise.reject(new StageInputError('folder-empty', 'no image', { file: '/x', line: 2, column: 3 })),
  });
  await expect(runStage(picky, { params: { label: 'x' } })).rejects.toMatchObject({ code: 'folder-empty', line: 2 });
});
