// @module-tag slow
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownWorkspace } from './workspace.js';

let root: string;

const put = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
};

const source = (text: string): string =>
  `import { appendFileSync } from 'node:fs';\nexport async function program(): Promise<void> { appendFileSync('calls', '${text}\\n'); }\n`;

/** A checkout of the launcher and of one package that is compiled in a moment. */
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'twoshot-bin-')));
  await put('package.json', '{ "type": "module" }');
  await copyFile(join(ownWorkspace, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'));
  await put('packages/cli/package.json', '{ "name": "cli", "type": "module" }');
  await put(
    'packages/cli/tsconfig.json',
    JSON.stringify({
      extends: '../../tsconfig.base.json',
      compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
      include: ['src'],
    }),
  );
  await put('packages/cli/src/index.ts', source('one'));
  await mkdir(join(root, 'bin'));
  await copyFile(join(ownWorkspace, 'bin/twoshot.js'), join(root, 'bin/twoshot.js'));
  await mkdir(join(root, 'tools'));
  await copyFile(join(ownWorkspace, 'tools/bundle-command.mjs'), join(root, 'tools/bundle-command.mjs'));
  await mkdir(join(root, 'node_modules'));
  for (const name of ['typescript', '@types', '@typescript', 'undici-types', 'rolldown'])
    await symlink(join(ownWorkspace, 'node_modules', name), join(root, 'node_modules', name));
});
afterEach(() => rm(root, { recursive: true, force: true }));

function launch(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(root, 'bin/twoshot.js'), ...args], { cwd: root });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const calls = async (): Promise<string[]> => (await readFile(join(root, 'calls'), 'utf8')).trimEnd().split('\n');
const compiledAt = async (): Promise<number> => (await stat(join(root, 'packages/cli/dist/.tsbuildinfo'))).mtimeMs;

test('sources are compiled if and only if they have changed', async () => {
  await launch();
  const first = await compiledAt();
  await launch();
  expect(await compiledAt()).toBe(first);
  await put('packages/cli/src/index.ts', source('two'));
  // As when an older file is copied over a newer one.
  await utimes(join(root, 'packages/cli/src/index.ts'), new Date(0), new Date(0));
  await launch();
  expect(await calls()).toEqual(['one', 'one', 'two']);
});

test('another setting of the compiler, or another installed package, counts', async () => {
  const installed = join(root, 'node_modules/answer');
  const install = async (answer: string): Promise<void> => {
    await put('node_modules/answer/package.json', '{ "name": "answer", "type": "module", "exports": "./index.js" }');
    await put('node_modules/answer/index.js', `export const answer = '${answer}';\n`);
    await put('node_modules/answer/index.d.ts', 'export declare const answer: string;\n');
    await put('node_modules/.package-lock.json', JSON.stringify({ answer }));
  };
  await install('one');
  await put(
    'packages/cli/src/index.ts',
    `import { appendFileSync } from 'node:fs';\nimport { answer } from 'answer';\nexport async function program(): Promise<void> { appendFileSync('calls', answer + '\\n'); }\n`,
  );
  await launch();
  await rm(installed, { recursive: true });
  await install('another');
  await launch();
  expect(await calls()).toEqual(['one', 'another']);
  const first = await compiledAt();
  const settings = await readFile(join(root, 'packages/cli/tsconfig.json'), 'utf8');
  await put('packages/cli/tsconfig.json', settings.replace('"rootDir"', '"removeComments": true, "rootDir"'));
  await launch();
  expect(await compiledAt()).not.toBe(first);
});

test('several that start at once all run', async () => {
  const ended = await Promise.all(Array.from({ length: 4 }, () => launch()));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(await calls()).toHaveLength(4);
});

test('a lock left by a killed process does not block others', async () => {
  await put('node_modules/.cache/twoshot/build.lock', '999999999');
  expect((await launch()).code).toBe(0);
});

test('compile errors are reported as such', async () => {
  await put('packages/cli/src/index.ts', 'export const program: number = async () => undefined;\n');
  const { code, stdout, stderr } = await launch('run', 'full', '--json');
  expect(code).toBe(2);
  expect(stderr).toContain('packages/cli/src/index.ts(1,14): error TS');
  expect(JSON.parse(stdout)).toMatchObject({ run: null, stages: [], error: { code: 'broken-source' } });
});

test('a type error in a test does not stop a run', async () => {
  await put('packages/cli/src/index.test.ts', 'export const wrong: number = "text";\n');
  expect((await launch()).code).toBe(0);
});

test.runIf(process.platform === 'linux')('where few files may be opened it says so before it compiles', () => {
  const line = `ulimit -n 32; '${process.execPath}' '${join(root, 'bin/twoshot.js')}' run full --json`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', line], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('this process may have 32 open files and needs 256; raise the limit, e.g. `ulimit -n 4096`\n');
  expect(JSON.parse(stdout)).toMatchObject({ run: null, error: { code: 'too-many-files' } });
  expect([status, existsSync(join(root, 'packages/cli/dist'))]).toEqual([2, false]);
});
