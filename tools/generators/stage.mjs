// `npx nx g .:stage family/name`: a stage that works, to be changed into another one.

const stageText = (name) => `import { defineStage, number } from '@twoshot/stage';

export default defineStage({
  name: '${name}',
  summary: 'Multiplies features by a factor',
  params: {
    factor: number({ default: 2, doc: 'what each value is multiplied by' }),
  },
  inputs: {
    features: { kind: 'features', query: true, doc: 'rows to change' },
  },
  outputs: { features: { kind: 'features', doc: 'the changed rows' } },
  async run({ params, inputs, outputs }) {
    const { readFeatures, writeFeatures } = await import('@twoshot/artifact');
    const { rows, dim, values } = await readFeatures(inputs.features.path);
    const { factor } = params;
    await writeFeatures(outputs.features, { rows, dim, values: values.map((value) => factor * value) });
  },
});
`;

const testText = (file) => `import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFeatures, rowsOf, writeFeatures } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import stage from './${file}.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '${file}-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('every value is multiplied', async () => {
  const rows = rowsOf('test', Uint32Array.of(0, 1));
  await writeFeatures(folder, { rows, dim: 2, values: Float32Array.of(1, 2, 3, 4) });
  const { outputs } = await runStage(stage, { params: { factor: 3 }, inputs: { features: folder } });
  expect([...(await readFeatures(outputs.features)).values]).toEqual([3, 6, 9, 12]);
});
`;

const manifestOf = (tree, family) => {
  const file = `packages/${family}/package.json`;
  const text = tree.exists(file) ? tree.read(file, 'utf8') : null;
  const manifest = text === null ? null : JSON.parse(text);
  return manifest?.twoshot?.catalogue === undefined ? null : { file, manifest };
};

/** Creates a stage in the package of its family: its file, its test and its line in the catalogue. */
export default function stage(tree, { name }) {
  const [, family, file] = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/.exec(name) ?? [];
  if (family === undefined) throw new Error(`expected \`family/name\` in lower case, found \`${name}\``);
  const found = manifestOf(tree, family);
  if (found === null) {
    const families = tree.children('packages').filter((each) => manifestOf(tree, each) !== null);
    throw new Error(
      `there is no family \`${family}\`; expected one of ${families.join(', ')}. docs/add-a-stage.md says how to add a family`,
    );
  }
  const { manifest } = found;
  const source = `packages/${family}/src/${file}.ts`;
  if (manifest.twoshot.catalogue[name] !== undefined || tree.exists(source))
    throw new Error(`the stage \`${name}\` exists already; choose another name`);
  const catalogue = { ...manifest.twoshot.catalogue, [name]: `./dist/${file}.js` };
  manifest.twoshot.catalogue = Object.fromEntries(Object.entries(catalogue).sort(([a], [b]) => (a < b ? -1 : 1)));
  tree.write(found.file, `${JSON.stringify(manifest, null, 2)}\n`);
  tree.write(source, stageText(name));
  tree.write(`packages/${family}/src/${file}.test.ts`, testText(file));
  return () =>
    process.stdout.write(
      [
        '',
        `Next: change ${source} and its test (docs/add-a-stage.md), then`,
        `  npx nx test @twoshot/${family}`,
        `  npx twoshot stages ${name}`,
        '  npx twoshot stages --schema > pipelines/pipeline.schema.json && npx oxfmt pipelines',
        '',
      ].join('\n'),
    );
}
