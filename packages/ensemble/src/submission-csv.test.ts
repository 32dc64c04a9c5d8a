import { rowsOf } from '@twoshot/artifact';
import { expect, test } from 'vitest';
import { competitionCsv, ownImagesCsv } from './submission-csv.js';

test('a competition submission is id and class number, one line per row, with LF', () => {
  const rows = [
    { index: 0, label: 7, confidence: 1, none: false },
    { index: 1, label: 2, confidence: 0.5, none: false },
  ];
  expect(competitionCsv(rows)).toBe('id,label\n0,7\n1,2\n');
});

test('own images are sorted by file and quoted where needed', () => {
  const rows = [
    { index: 4, label: 0, confidence: 0.91234, none: false },
    { index: 9, label: 1, confidence: 0.5, none: false },
  ];
  const files = { rows: rowsOf('test', Uint32Array.of(4, 9)), file: ['z.png', 'a, "b".png'], leftOut: [] };
  const csv = ownImagesCsv(rows, 'test', files, ['cat', 'dog']);
  expect(csv).toBe('file,label,confidence\n"a, ""b"".png",dog,0.5000\nz.png,cat,0.9123\n');
  expect(() => ownImagesCsv(rows, 'train', files, ['cat', 'dog'])).toThrow('no file is known of train 4; wire `files`');
});

test('no name is a formula to a spreadsheet, and a file keeps its path', () => {
  const names = ['=1+1.png', '+a.png', '-rf.png', '@sum.png', '\tb.png', 'a=b.png'];
  const rows = names.map((_, index) => ({ index, label: index % 3, confidence: 1, none: false }));
  const files = { rows: rowsOf('test', Uint32Array.from(names.keys())), file: names, leftOut: [] };
  expect(ownImagesCsv(rows, 'test', files, ['=SUM(A1)', '-1', 'dog']).split('\n').slice(1, -1)).toEqual([
    './\tb.png,-1,1.0000',
    './+a.png,-1,1.0000',
    './-rf.png,dog,1.0000',
    "./=1+1.png,'=SUM(A1),1.0000",
    "./@sum.png,'=SUM(A1),1.0000",
    'a=b.png,dog,1.0000',
  ]);
});

test('a row of no class says so', () => {
  const rows = [{ index: 0, label: 1, none: true, confidence: 0.875 }];
  const files = { rows: rowsOf('test', Uint32Array.of(0)), file: ['a.png'], leftOut: [] };
  expect(ownImagesCsv(rows, 'test', files, ['cat', 'dog'])).toBe('file,label,confidence\na.png,none of these,0.8750\n');
});
