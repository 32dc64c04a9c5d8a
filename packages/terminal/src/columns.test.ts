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

test('cells are wrapped at spaces to the limits, and words keep their length', () => {
  const rows = [
    ['net', '"conv4" | "resnet9"', 'the network that is trained, at the smaller side of the image'],
    ['a', 'true', ''],
  ];
  expect(columns(rows, '  ', { width: 48, columns: [null, 12] })).toEqual([
    '  net  "conv4" |  the network that is trained,',
    '       "resnet9"  at the smaller side of the',
    '                  image',
    '  a    true',
  ]);
  expect(columns([['a', 'b c']], '', { width: 1, columns: [] })).toEqual(['a  b c']);
});

test('rows may be of different lengths, and there may be none', () => {
  expect(columns([['a', 'b', 'c'], ['long']])).toEqual(['a     b  c', 'long']);
  expect(columns([])).toEqual([]);
});
