import { StageInputError } from '@twoshot/stage';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLabelCsv } from './label-csv.js';

const parse = (source: string | Uint8Array): [string, string][] =>
  parseLabelCsv('/pics/labels.csv', typeof source === 'string' ? Buffer.from(source) : source).lines.map(
    ({ file, label }) => [file, label],
  );

function refused(source: string | Uint8Array): unknown {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof StageInputError)) throw error;
    return `${error.code} ${error.file}:${error.line}:${error.column} ${error.message}`;
  }
}

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

test('labels are read with quotes, blank lines, CRLF, a byte order mark and paths of either kind', () => {
  const source =
    '\uFEFFfile,label\r\n"a, b.jpg","say ""cat"""\r\n\r\n.\\dogs\\c.png , dog \r\n./ü.gif,\r\n"two\nlines.jpg",x';
  expect(parse(source)).toEqual([
    ['a, b.jpg', 'say "cat"'],
    ['dogs/c.png', 'dog'],
    ['ü.gif', ''],
    ['two\nlines.jpg', 'x'],
  ]);
});

test('a long file is read whole', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `${i}.jpg,class ${i % 10}`);
  const labels = parse(['file,label', ...lines].join('\n'));
  expect(labels.map((label) => label.join(','))).toEqual(lines);
});

test('carriage returns alone end lines, too', () => {
  expect(parse('file,label\ra.jpg,cat\r\rb.jpg,"dog"\r')).toEqual([
    ['a.jpg', 'cat'],
    ['b.jpg', 'dog'],
  ]);
});

const two = [
  ['a.jpg', 'cat'],
  ['b.jpg', 'dog'],
];

test.each([
  ['semicolons', 'file;label\na.jpg;cat\nb.jpg;dog\n'],
  ['tabs', 'file\tlabel\na.jpg\tcat\nb.jpg\tdog\n'],
  ['bars', 'file|label\na.jpg|cat\nb.jpg|dog\n'],
  ['a line for spreadsheets', 'sep=;\r\nfile;label\r\na.jpg;cat\r\nb.jpg;dog'],
  ['other headers', 'File Name,Class\na.jpg,cat\nb.jpg,dog\n'],
  ['another order', 'label,image\ncat,a.jpg\ndog,b.jpg\n'],
  ['more columns', ',file,label,confidence\n0,a.jpg,cat,0.5\n1,b.jpg,dog,0.25\n'],
  ['empty cells at the end', 'file,label\na.jpg,cat,\nb.jpg,dog,,\n,\n'],
  ['equal lines', 'file,label\na.jpg,cat\nb.jpg,dog\n./a.jpg, cat \n'],
])('%s are understood', (_, source) => {
  expect(parse(source)).toEqual(two);
});

test('columns that are not read are told', () => {
  expect(parseLabelCsv('x.csv', Buffer.from('id,file,label,confidence\n')).ignored).toEqual(['id', 'confidence']);
});

test('whatever is written as CSV is read back', () => {
  const cell = fc.string({ minLength: 1 }).map((text) =>
    text
      .replaceAll(/[\\\p{Cc}]/gu, '')
      .replaceAll(/\/{2,}/g, '/')
      .normalize('NFC')
      .trim(),
  );
  const rows = fc.uniqueArray(fc.tuple(cell, cell), { selector: ([file]) => file.replace(/^(\.\/)+/, '') });
  fc.assert(
    fc.property(rows, fc.constantFrom('\n', '\r\n'), (pairs, end) => {
      const kept = pairs.filter(([file]) => file !== '' && !file.startsWith('./'));
      const lines = ['file,label', ...kept.map(([file, label]) => `${quote(file)},${quote(label)}`)];
      expect(parse(lines.join(end))).toEqual(kept);
    }),
  );
});

test.each([
  [
    'file,label\na.jpg,cat,3',
    "csv-columns /pics/labels.csv:2:11 expected 2 columns (file,label), found 3: '3' is an extra cell; put text that contains a comma in double quotes",
  ],
  ['file,label\na.jpg,cat\nb.jpg', 'csv-columns /pics/labels.csv:3:1 expected 2 columns (file,label), found 1'],
  [
    'name;class\na.jpg;cat',
    "csv-header /pics/labels.csv:1:1 expected the header 'file,label', found 'name,class'; write it as the first line, to name the columns",
  ],
  [
    'a.jpg,cat\nb.jpg,dog',
    "csv-header /pics/labels.csv:1:1 expected the header 'file,label', found 'a.jpg,cat'; write it as the first line, to name the columns",
  ],
  [
    'file\tlabel\na.jpg\tcat\t\tx',
    "csv-columns /pics/labels.csv:2:12 expected 2 columns (file,label), found 4: 'x' is an extra cell; put text that contains a comma in double quotes",
  ],
  [
    'file,label\na.jpg,"big\ndog"',
    'class-name /pics/labels.csv:2:7 the class "big\\ndog" has a line feed in its name; rename it',
  ],
  [
    'file,label\na.jpg,cat\na.jpg,',
    "label-twice /pics/labels.csv:3:1 'a.jpg' has 'cat' in line 2 and no label in line 3; keep one of the two lines",
  ],
  [
    'file,label\n"a.jpg"x,cat',
    'csv-quote /pics/labels.csv:2:8 text after a closing quote; write "" for a quote inside quotes',
  ],
  ['', "csv-header /pics/labels.csv:1:1 expected the header 'file,label', found an empty file"],
  [
    'file,label\na.jpg,"cat\nb.jpg,dog',
    'csv-quote /pics/labels.csv:2:7 a quote that is never closed; write "" for one inside quotes',
  ],
  [
    'file,label\na.jpg,cat\nb.jpg,dog\n./a.jpg,dog',
    "label-twice /pics/labels.csv:4:1 'a.jpg' has 'cat' in line 2 and 'dog' in line 4; keep one of the two lines",
  ],
  [
    'file,label\r\n\r\n"ü\r\nb.jpg" , "cat"\r\r"ü" x,dog',
    'csv-quote /pics/labels.csv:6:4 text after a closing quote; write "" for a quote inside quotes',
  ],
  [
    'file,label\r\n\r\n"a.jpg,cat\r\nb.jpg,dog',
    'csv-quote /pics/labels.csv:3:1 a quote that is never closed; write "" for one inside quotes',
  ],
])('%j is refused with its place', (source, message) => {
  expect(refused(source)).toBe(message);
});

test('a file in another encoding is refused with the place of the first wrong byte', () => {
  expect(refused(Buffer.from('file,label\na.jpg,caf\xE9', 'latin1'))).toBe(
    'not-utf8 /pics/labels.csv:2:10 expected a file in UTF-8, found the byte 0xE9; save it as UTF-8',
  );
  expect(refused(Buffer.from('\uFEFFfile,label\n', 'utf16le'))).toBe(
    'not-utf8 /pics/labels.csv:1:1 expected a file in UTF-8, found UTF-16; save it as UTF-8',
  );
  expect(refused(Buffer.from('file,label\n', 'utf16le'))).toBe(
    'not-utf8 /pics/labels.csv:1:2 expected a file in UTF-8, found the byte 0x00; save it as UTF-8',
  );
});
