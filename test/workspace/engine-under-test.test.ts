import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
/** The engine's own tests say which one they are about. */
const own = join('packages', 'engine');

const testFiles = ['packages', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(test|fixture)\.ts$/.test(name) && !name.includes('node_modules') && !name.includes('dist'))
    .map((name) => join(folder, name)),
);

test('tests start the engine under test, not one that a machine may be without', () => {
  expect(testFiles.length).toBeGreaterThan(100);
  const named = testFiles.filter(
    (file) => !file.startsWith(own) && /startEngine\(\s*'(?:native|cuda)'/.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(named.map((file) => `${file}: startEngineUnderTest() of @twoshot/engine/testing`)).toEqual([]);
});
