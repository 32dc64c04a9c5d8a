// @module-tag slow
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callIn, type Called } from './call.fixture.js';
import { findWorkspace, ownWorkspace } from './workspace.js';

const stage = (name: string, body: string): string => `const policy = { kind: 'policy', doc: 'a number' };
const read = async ({ path }) => (await (await import('@twoshot/artifact')).readPolicy(path)).value;
const write = async (dir, value) => (await import('@twoshot/artifact')).writePolicy(dir, { value });
export default { name: '${name}', summary: 'stage ${name}', ${body} };
`;

const stages: Readonly<Record<string, string>> = {
  'make/number': stage(
    'make/number',
    `params: { value: { schema: { type: 'integer', minimum: 1, default: 3, description: 'the number' }, external: false } }, inputs: {}, outputs: { out: policy },
    run: ({ params, outputs }) => write(outputs.out, params.value)`,
  ),
  'math/double': stage(
    'math/double',
    `params: {}, inputs: { in: policy }, outputs: { out: policy }, run: async ({ inputs, outputs }) => write(outputs.out, 2 * (await read(inputs.in)))`,
  ),
  'bad/throws': stage(
    'bad/throws',
    `params: {}, inputs: {}, outputs: { out: policy }, run: () => { throw new Error('it broke'); }`,
  ),
};

let root: string;

const put = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
};

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'twoshot-cli-')));
  const catalogue: Record<string, string> = {};
  for (const [name, text] of Object.entries(stages)) {
    catalogue[name] = `./dist/${name.replace('/', '-')}.js`;
    await put(`packages/own/dist/${name.replace('/', '-')}.js`, text);
  }
  await put('package.json', JSON.stringify({ name: 'own', workspaces: ['packages/*'] }));
  await put(
    'packages/own/package.json',
    JSON.stringify({ name: '@own/stages', version: '1.0.0', type: 'module', twoshot: { catalogue } }),
  );
  await put(
    'pipelines/line.yaml',
    `pipeline: line
stages:
  one: { use: make/number }
  two: { use: math/double, in: { in: one.out } }
outputs: { number: two.out }
`,
  );
  await put('pipelines/broken.yaml', 'stages: { one: { use: bad/throws } }\n');
  await mkdir(join(root, 'node_modules/@twoshot'), { recursive: true });
  for (const name of ['artifact', 'stage'])
    await symlink(join(ownWorkspace, 'packages', name), join(root, 'node_modules/@twoshot', name));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const call = (line: string, cwd = root): Promise<Called> => callIn(cwd, line);

/** The last line of standard output. */
const lastLine = ({ stdout }: Called): Record<string, unknown> =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;

test('run --json: one object on the last line, all else on standard error', async () => {
  const called = await call('run line --json');
  expect(called.code).toBe(0);
  expect(called.stdout.trimEnd().split('\n')).toHaveLength(1);
  const json = lastLine(called) as { outputs: { number: string } };
  expect(json).toMatchObject({
    run: expect.any(String) as string,
    stages: [
      {
        stage: 'one',
        use: 'make/number',
        status: 'ran',
        why: 'first run',
        key: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
      {
        stage: 'two',
        use: 'math/double',
        status: 'ran',
        digests: { out: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      },
    ],
    metrics: {},
    error: null,
  });
  expect(JSON.parse(await readFile(json.outputs.number, 'utf8'))).toEqual({ value: 6 });
  expect(called.stderr).toContain('two done in');
});

test('compare says what it needs', async () => {
  expect((await call('compare line')).stderr).toContain('a comparison needs at least two draws of the labels');
  expect((await call('compare line line --draws 1-2 --csv --json')).stderr).toContain('--json and --csv cannot both');
  const called = await call('compare line --draws 1-2 --json');
  expect(called).toMatchObject({ code: 2, stderr: expect.stringContaining('line has no stage that scores') as string });
  expect(lastLine(called)).toMatchObject({ run: null, error: { code: 'command-line' } });
});

test('run from any folder of the workspace, by name and by file', async () => {
  await call('run line');
  const named = await call('run line --json', join(root, 'packages/own/dist'));
  expect(lastLine(named)).toMatchObject({ stages: [{ status: 'cached' }, { status: 'cached' }] });
  const filed = await call('run ../pipelines/line.yaml --json', join(root, 'packages'));
  expect(lastLine(filed)).toMatchObject({ stages: [{ status: 'cached' }, { status: 'cached' }] });
});

test('the closing table of a run goes to standard output', async () => {
  await call('run line');
  const { stdout } = await call('run line');
  expect(stdout.replaceAll(/\d+\.\d+ s/g, 'N s')).toContain(`stage  use          state   time  why
  one    make/number  cached        unchanged
  two    math/double  cached        unchanged

line done in N s: 2 cached; N s saved
`);
});

test.each([
  ['run broken --json', 1, 'stage-failed'],
  ['run line --set one.value=0 --json', 2, 'wrong-value'],
  ['run line --set one.vlaue=4 --json', 2, 'unknown-param'],
  ['run lines --json', 2, 'pipeline-not-found'],
  ['run line --seed x --json', 2, 'command-line'],
  ['run line --jobs 0 --json', 2, 'command-line'],
  ['run line --threads 0 --json', 2, 'command-line'],
  ['run line --threads 1025 --json', 2, 'command-line'],
  ['run line --store= --json', 2, 'command-line'],
  ['run line --draws 3-1 --json', 2, 'command-line'],
  ['run line --draws 1-2 --json', 2, 'no-draw'],
  ['run line --only three --json', 2, 'unknown-instance'],
  ['run line --bogus --json', 2, 'command-line'],
  ['run --json', 2, 'command-line'],
])('%s ends with %i and says %s on the last line', async (line, code, error) => {
  const called = await call(line);
  expect(called.code).toBe(code);
  expect(lastLine(called)).toMatchObject({ error: { code: error } });
  expect(called.stderr).not.toBe('');
});

test('mistakes in the command line are underlined and name what was meant', async () => {
  expect((await call('run line --jsno')).stderr).toBe(`command line:1:10: run has no option \`--jsno\`
  1 | run line --jsno
    |          ^^^^^^
  expected: --set, --seed, --draws, --store, --threads, --only, --force, --verify, --jobs, --json
  nearest:  \`--json\`
  next:     twoshot run --help
`);
});

test('plan, why, dag, validate and stages', async () => {
  expect((await call('plan line')).stdout).toContain('one    make/number  run      ?         first run');
  await call('run line');
  expect((await call('plan line --set one.value=5')).stdout).toContain('param value 3 -> 5');
  expect((await call('why line two')).stdout).toContain('two (math/double): cached');
  expect((await call('why line tow')).code).toBe(2);
  expect((await call('dag line')).stdout).toContain('two  math/double  in <- one.out');
  expect((await call('dag line --mermaid')).stdout).toContain('flowchart LR');
  expect((await call('validate line')).stdout).toBe('line is valid: 2 stages, 1 outputs\n');
  expect((await call('validate pipelines/none.yaml')).code).toBe(2);
  expect((await call('stages')).stdout).toContain('make/number  stage make/number');
  expect((await call('stages make/number')).stdout).toContain('value  integer from 1  3  the number');
  expect((await call('stages make/numbr')).stderr).toContain('nearest:  `make/number`');
  expect(JSON.parse((await call('stages --schema')).stdout)).toMatchObject({ title: 'Twoshot pipeline' });
});

test('cache verify says what is damaged, and the next run makes it again', async () => {
  expect(await call('cache verify')).toEqual({
    code: 0,
    stdout: `${join(root, '.twoshot')}: no results are stored there\n`,
    stderr: '',
  });
  await call('run line');
  expect((await call('cache verify')).stdout).toContain('2 artifacts and 2 results, all as they were stored');
  const result = JSON.parse((await call('run line --json')).stdout) as { stages: { digests: { out: string } }[] };
  const { out } = result.stages[0]!.digests;
  const file = join(root, '.twoshot/objects', out.slice(0, 2), out, 'policy.json');
  await chmod(file, 0o644);
  await writeFile(file, (await readFile(file, 'utf8')).replace('3', '4'));
  const damaged = await call('cache verify --store .twoshot');
  expect(damaged.code).toBe(1);
  expect(damaged.stdout).toContain('damaged: 1 artifact, 1 result');
  expect(damaged.stdout).toContain(`artifact ${out}: another content; it is dropped`);
  expect(damaged.stderr).toContain('warning: ');
  expect((await call('run line --verify')).code).toBe(0);
  expect((await call('cache verify')).code).toBe(0);
  expect((await call('cache')).stderr).toContain('cache verify');
});

test('help and version', async () => {
  expect((await call('--help')).stdout).toContain('run PIPELINE');
  expect((await call('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await call('run --help')).stdout).toContain('--draws A-B');
});

test("a folder outside any workspace uses the program's own checkout", () => {
  expect(findWorkspace(tmpdir())).toBe(ownWorkspace);
});
