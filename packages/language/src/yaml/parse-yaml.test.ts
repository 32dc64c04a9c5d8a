import { expect, test } from 'vitest';
import { formatFailure, formatWhere } from '@twoshot/diagnostics';
import { locate, plain, type Located } from './located.js';
import { parseYaml } from './parse-yaml.js';

const parse = (text: string): Located => {
  const result = parseYaml({ file: 'a.yaml', text });
  if (!result.ok) throw new Error(result.failures.map((failure) => formatFailure(failure)).join('\n'));
  return result.value;
};
const complaint = (text: string): string => {
  const result = parseYaml({ file: 'a.yaml', text });
  return result.ok ? 'valid' : result.failures.map((failure) => formatFailure(failure)).join('\n');
};
const place = (located: Located, ...path: string[]): string => formatWhere(locate(located, path).where);

test('every value keeps its position', () => {
  const located = parse('a: 1\nb:\n  - x\n  - { c: [2, y] }\n');
  expect(plain(located)).toEqual({ a: 1, b: ['x', { c: [2, 'y'] }] });
  expect(place(located, 'a')).toBe('a.yaml:1:4');
  expect(place(located, 'b', '0')).toBe('a.yaml:3:5');
  expect(place(located, 'b', '1', 'c', '1')).toBe('a.yaml:4:14');
});

test('what comes through an alias or a merge is where it was written', () => {
  const located = parse('a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\nc: *a\nd: { <<: [*a, { z: 4 }] }\n');
  expect(plain(located)).toEqual({ a: { x: 1, y: 2 }, b: { y: 3, x: 1 }, c: { x: 1, y: 2 }, d: { x: 1, y: 2, z: 4 } });
  expect(place(located, 'b', 'x')).toBe('a.yaml:1:12');
  expect(place(located, 'b', 'y')).toBe('a.yaml:2:17');
  expect(place(located, 'c', 'y')).toBe('a.yaml:1:18');
});

test('a param may stand bare in a flow map', () => {
  expect(plain(parse('{ shots: ${shots}, path: data/${name}/x, quoted: "${a}-${b}" }'))).toEqual({
    shots: '${shots}',
    path: 'data/${name}/x',
    quoted: '${a}-${b}',
  });
});

test('an empty file is nothing', () => {
  expect(plain(parse('# only a remark\n'))).toBe(null);
});

test('carriage returns are not part of a line', () => {
  expect(complaint('a: 1\r\na: 2\r\n')).toContain('\n  2 | a: 2\n    | ^\n');
});

test.each([
  [
    'stages:\n  a: 1\n  b: 2\n  a: 3\n',
    [
      'a.yaml:4:3: the key `a` is given twice',
      '  4 |   a: 3',
      '    |   ^',
      '  see:      a.yaml:2:3 (first given here)',
      '  next:     remove one of the two',
    ],
  ],
  [
    'a: [1, 2\n',
    [
      'a.yaml:1:9: Flow sequence in block collection must be sufficiently indented and end with a ]',
      '  1 | a: [1, 2',
      '    |         ^',
    ],
  ],
  ['a:\n\t- b\n', ['a.yaml:2:1: Tabs are not allowed as indentation', '  2 |  - b', '    | ^']],
  ['a: 1\n---\nb: 2\n', ['a.yaml:2:1: Source contains multiple documents', '  2 | ---', '    | ^^^']],
  ['a: !tag 1\n', ['a.yaml:1:4: Unresolved tag: !tag', '  1 | a: !tag 1', '    |    ^^^^']],
  ['a: *b\n', ['a.yaml:1:4: no anchor `&b` precedes this', '  1 | a: *b', '    |    ^^']],
  ['a: &a [*a]\n', ['a.yaml:1:7: this value contains itself through aliases', '  1 | a: &a [*a]', '    |       ^^^^']],
  ['a: { <<: 3 }\n', ['a.yaml:1:6: `<<` merges a map or a list of maps', '  1 | a: { <<: 3 }', '    |      ^^']],
  ['? [a]\n: b\n', ['a.yaml:1:3: a key must be a name', '  1 | ? [a]', '    |   ^^^']],
])('%j is refused', (text, lines) => {
  expect(complaint(text)).toBe(lines.join('\n'));
});

test('aliases cannot expand a file without limit', () => {
  let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n';
  for (let level = 1; level < 9; level++) {
    const alias = `*a${level - 1}`;
    text += `a${level}: &a${level} [${Array.from({ length: 10 }, () => alias).join(', ')}]\n`;
  }
  expect(complaint(text)).toContain('more than 100000 values through aliases');
});
