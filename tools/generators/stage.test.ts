import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFeatures, rowsOf, writeFeatures } from '@twoshot/artifact';
import { runStage } from '@twoshot/stage/testing';
import { expect, test } from 'vitest';
import { pathToFileURL } from 'node:url';

/** The part of a tree of Nx that the generator uses. */
class Tree {
  readonly files = new Map<string, string>([
    ['packages/embed/package.json', JSON.stringify({ twoshot: { catalogue: { 'embed/whiten': './dist/whiten.js' } } })],
    ['packages/nn/package.json', '{}'],
  ]);

  exists = (file: string): boolean => this.files.has(file);
  read = (file: string): string => this.files.get(file) ?? '';
  write = (file: string, text: string): void => void this.files.set(file, text);
  children = (): string[] => ['embed', 'nn'];
}

type Generator = (tree: Tree, options: { readonly name: string }) => () => void;

const root = join(import.meta.dirname, '../..');
const generate = async (tree: Tree, name: string): Promise<unknown> => {
  const { default: stage } = (await import(pathToFileURL(join(import.meta.dirname, 'stage.mjs')).href)) as {
    default: Generator;
  };
  return stage(tree, { name });
};

test('a generated stage runs, and stands in the catalogue of its family', async () => {
  const tree = new Tree();
  await generate(tree, 'embed/my-own');
  expect(JSON.parse(tree.read('packages/embed/package.json'))).toEqual({
    twoshot: { catalogue: { 'embed/my-own': './dist/my-own.js', 'embed/whiten': './dist/whiten.js' } },
  });
  expect(tree.read('packages/embed/src/my-own.test.ts')).toContain("import stage from './my-own.js'");
  // Inside the workspace, where its packages are found.
  await mkdir(join(root, 'test/.scratch'), { recursive: true });
  const folder = await mkdtemp(join(root, 'test/.scratch/generated-'));
  try {
    await writeFile(join(folder, 'my-own.ts'), tree.read('packages/embed/src/my-own.ts'));
    const { default: stage } = (await import(join(folder, 'my-own.ts'))) as {
      default: Parameters<typeof runStage>[0];
    };
    const input = join(folder, 'input');
    await mkdir(input);
    await writeFeatures(input, { rows: rowsOf('test', Uint32Array.of(0)), dim: 2, values: Float32Array.of(1, 2) });
    const { outputs } = await runStage(stage, { inputs: { features: input } });
    expect([...(await readFeatures(outputs['features']!)).values]).toEqual([2, 4]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['embed', 'expected `family/name` in lower case, found `embed`'],
  ['nn/own', 'there is no family `nn`; expected one of embed.'],
  ['embed/whiten', 'the stage `embed/whiten` exists already'],
])('%s is refused', async (name, message) => {
  await expect(generate(new Tree(), name)).rejects.toThrow(message);
});
