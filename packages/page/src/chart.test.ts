import { expect, test } from 'vitest';
import { type Chart, drawChart } from './chart.js';

const chart: Chart = {
  label: 'loss <of> "a"',
  lines: [
    {
      points: [
        [1, 0],
        [10, 5],
        [100, 20],
      ],
    },
  ],
  x: { name: 'step', scale: 'linear' },
  range: [0, 10],
  width: 276,
  height: 154,
};

const pathOf = (svg: string, kind: string): number[][] =>
  new RegExp(`class="${kind}" d="M([^"]+)"`)
    .exec(svg)![1]!
    .split('L')
    .map((point) => point.split(' ').map(Number));

test('a line goes from corner to corner, and along the edge outside the range', () => {
  // The plot spans 60 to 260 horizontally, 112 to 12 vertically.
  expect(pathOf(String(drawChart(chart)), 'line')).toEqual([
    [60, 112],
    [78.2, 62],
    [260, 12],
  ]);
});

test('a logarithmic axis spreads its decades evenly and names each', () => {
  const svg = String(drawChart({ ...chart, x: { name: 'learning rate', scale: 'logarithmic' } }));
  expect(pathOf(svg, 'line').map(([x]) => x)).toEqual([60, 160, 260]);
  for (const name of ['1e0', '1e1', '1e2', 'learning rate']) expect(svg).toContain(`>${name}</text>`);
});

test('faint lines are drawn behind, marks have names, text is escaped', () => {
  const [line] = chart.lines;
  const svg = String(
    drawChart({ ...chart, lines: [line!, { ...line!, faint: true }], marks: [{ name: '<here>', x: 10 }] }),
  );
  expect(svg.indexOf('class="faint"')).toBeLessThan(svg.indexOf('class="line"'));
  expect(svg).toContain('&lt;here&gt;</text>');
  expect(svg).toContain('aria-label="loss &lt;of&gt; &quot;a&quot;"');
});

test('a long line is drawn from means, and values that are not numbers are left out', () => {
  const points = Array.from({ length: 4000 }, (_, i) => [i, i % 2 === 0 ? 4 : 6] as const);
  const drawn = pathOf(String(drawChart({ ...chart, lines: [{ points: [...points, [4000, Number.NaN]] }] })), 'line');
  expect(drawn).toHaveLength(400);
  expect(new Set(drawn.map(([, y]) => y))).toEqual(new Set([62]));
});

test('fewer than two points are no chart; a flat range is one', () => {
  expect(drawChart({ ...chart, lines: [{ points: [[1, 2]] }] })).toBeNull();
  expect(drawChart({ ...chart, lines: [] })).toBeNull();
  expect(String(drawChart({ ...chart, range: [0, 0] }))).not.toContain('NaN');
});
