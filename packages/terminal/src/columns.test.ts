import { expect, test } from 'vitest';
import { columns } from './index.js';

test('columns are aligned by what they take on a terminal', () => {
  expect(
    columns(
      [
        ['stage', 'state'],
        ['数据', 'cached'],
        ['é', ''],
      ],
      '  ',
    ),
  ).toEqual(['  stage  state', '  数据   cached', '  é']);
});

test('rows may be of different lengths, and there may be none', () => {
  expect(columns([['a', 'b', 'c'], ['long']])).toEqual(['a     b  c', 'long']);
  expect(columns([])).toEqual([]);
});
