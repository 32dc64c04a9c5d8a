import { expect, test } from 'vitest';
import { commandLine, type Failure } from './failure.js';
import { formatFailure } from './format.js';

const failure: Failure = {
  code: 'unknown-param',
  message: '`backbone` has no param `stpes`',
  where: { file: '/work/pipelines/a.yaml', line: 12, column: 5, length: 5, text: '    stpes: 3' },
  expected: 'one of `steps`, `batch`',
  found: '`stpes`',
  nearest: 'steps',
  related: [{ label: 'it is of this stage', where: { file: '/work/pipelines/a.yaml', line: 2, column: 3 } }],
  next: 'twoshot stages pretrain/vicreg',
};

test('a failure names its place, shows the line, and says what to do', () => {
  expect(formatFailure(failure, { base: '/work' })).toBe(
    [
      'pipelines/a.yaml:12:5: `backbone` has no param `stpes`',
      '  12 |     stpes: 3',
      '     |     ^^^^^',
      '  expected: one of `steps`, `batch`',
      '  found:    `stpes`',
      '  nearest:  `steps`',
      '  see:      pipelines/a.yaml:2:3 (it is of this stage)',
      '  next:     twoshot stages pretrain/vicreg',
    ].join('\n'),
  );
});

test('a file outside the base keeps its whole path', () => {
  expect(formatFailure(failure, { base: '/elsewhere' })).toMatch(/^\/work\/pipelines\/a\.yaml:12:5: /);
});

test('the line comes from the source where the failure does not carry it', () => {
  const where = { file: 'labels.csv', line: 2, column: 3 };
  expect(
    formatFailure(
      { code: 'stage-input', stage: 'data', reason: 'stray', message: 'a stray column', where },
      { source: 'a,b\r\n1,2,3\r\n' },
    ),
  ).toBe(['labels.csv:2:3: a stray column', '  2 | 1,2,3', '    |   ^'].join('\n'));
});

test('the caret stays under its word on a line wider than the terminal', () => {
  const text = `${'a'.repeat(300)} here ${'b'.repeat(300)}`;
  const where = { file: commandLine, line: 1, column: 302, length: 4, text };
  const lines = formatFailure({ code: 'bad-set', message: 'wrong', where }).split('\n');
  const [head, line = '', caret = ''] = lines;
  expect(head).toBe('command line:1:302: wrong');
  expect(line.length).toBeLessThanOrEqual(120);
  expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('here');
});

test('the caret is placed correctly under characters two columns wide', () => {
  const where = { file: commandLine, line: 1, column: 5, length: 2, text: '数据: 错误' };
  expect(formatFailure({ code: 'bad-set', message: 'wrong', where })).toBe(
    ['command line:1:5: wrong', '  1 | 数据: 错误', '    |       ^^^^'].join('\n'),
  );
});

test('a failure without a place is its message', () => {
  expect(formatFailure({ code: 'store-read-only', message: 'the store cannot be written', where: null })).toBe(
    'the store cannot be written',
  );
});

test('a line with control characters shows them, and the caret stays under its place', () => {
  const where = { file: commandLine, line: 1, column: 4, length: 1, text: 'a\u001Bbc' };
  expect(formatFailure({ code: 'yaml-syntax', message: 'no', where })).toBe(
    ['command line:1:4: no', String.raw`  1 | a\u001bbc`, '    |         ^'].join('\n'),
  );
});
