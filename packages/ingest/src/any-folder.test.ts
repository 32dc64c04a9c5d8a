// @module-tag slow
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFiles, readMetrics } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { dir, put, run, small, useWorkspace } from './folder.fixture.js';
import { parseLabelCsv } from './label-csv.js';

useWorkspace();

/** Names that mean something to somebody, and any others. */
const name = fc
  .oneof(
    fc.constantFrom(
      'cat',
      'Cat',
      'dog',
      'train',
      'test',
      'unlabelled',
      'rest',
      '1',
      '01',
      'labels.csv',
      '.git',
      '@eaDir',
    ),
    fc.constantFrom(
      'a.png',
      'b.JPG',
      'c.tif',
      'd.heic',
      'e',
      '__proto__',
      'constructor',
      'caf\u00E9',
      'cafe\u0301',
      ' ',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  )
  .map((text) => Buffer.from(text.replaceAll(/[/\0]/g, '')).toString())
  .filter((text) => text !== '' && text !== '.' && text !== '..');

const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));

const image = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 6, height: 5, channels: 3, background } })
    .png()
    .toBuffer();
const images = await Promise.all(['red', 'lime', 'blue', 'white'].map(image));
const content = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...images) },
  fc.constantFrom(images[0]!.subarray(0, 40), Buffer.from('file,label\ncat/a.png,cat\n'), Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 40 }),
);

test(
  'whatever a folder holds, all of it is read, left out for a reason, or refused in words',
  { timeout: 120_000 },
  async () => {
    let taken = 0;
    const trees = fc.array(fc.tuple(path, content), { maxLength: 14 });
    const params = fc.record({
      classes: fc.constantFrom(null, 'train'),
      test: fc.constantFrom('unlabelled', 'all', 'test'),
    });
    await fc.assert(
      fc.asyncProperty(trees, params, fc.boolean(), async (files, chosen, sound) => {
        await rm(join(dir, 'pics'), { recursive: true, force: true });
        await mkdir(join(dir, 'pics'));
        for (const [at, file] of (sound ? small : []).entries()) await put(file, images[at % images.length]!);
        for (const [file, bytes] of files) {
          const place = join(dir, 'pics', sound ? 'unlabelled' : '', file);
          // A file may lie where a folder of another one should, or under the same name.
          await mkdir(dirname(place), { recursive: true }).catch(() => undefined);
          await writeFile(place, bytes).catch(() => undefined);
        }
        try {
          const { outputs, logs } = await run({ size: 8, ...chosen });
          const { values } = await readMetrics(outputs.counts);
          const { files: all, ...others } = values;
          expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(all);
          const { file, leftOut } = await readFiles(outputs.files);
          expect(new Set(file).size).toBe(values['read as images']);
          const lines = logs.filter((line) => line.startsWith('left out '));
          for (const one of leftOut)
            expect(lines).toContainEqual(expect.stringContaining(`left out ${one.file}: ${one.reason}`));
          taken++;
        } catch (error) {
          if (!(error instanceof StageInputError)) throw error;
          expect(error.message.length).toBeGreaterThan(20);
        }
      }),
      { numRuns: 200 },
    );
    expect(taken).toBeGreaterThan(20);
  },
);

test('whatever a label file holds, it is read or refused with its place', () => {
  const text = fc.array(
    fc.constantFrom(
      'file',
      'label',
      'class',
      'a.png',
      'cat',
      ',',
      ';',
      '\t',
      '"',
      '\n',
      '\r',
      'sep=',
      ' ',
      '\uFEFF',
      '\0',
      'é',
    ),
    { maxLength: 30 },
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    text.map((parts) => Buffer.from(parts.join(''))),
    text.map((parts) => Buffer.from(`file,label\n${parts.join('')}`)),
  );
  fc.assert(
    fc.property(bytes, (source) => {
      try {
        for (const { file, label } of parseLabelCsv('labels.csv', source).lines) expect(file + label).not.toMatch(/\0/);
      } catch (error) {
        if (!(error instanceof StageInputError)) throw error;
        expect([error.file, error.line! >= 1, error.column! >= 1]).toEqual(['labels.csv', true, true]);
      }
    }),
    { numRuns: 2000 },
  );
});
