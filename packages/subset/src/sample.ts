import { defineStage, integer, number, optional, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'subset/sample',
  summary: 'Rows drawn by chance: a share of them or a number; it knows no classes and cannot balance them',
  params: {
    share: optional(number({ minimum: 0, maximum: 1, doc: '0..1' }), 'part of the rows, rounded up; or give `count`'),
    count: optional(integer({ minimum: 1, doc: 'rows' }), 'number of rows; or give `share`'),
  },
  inputs: {
    // The draw depends on which rows there are, never on what is in them, so no image is seen.
    images: { kind: 'images', optional: true, query: true, doc: 'images to draw from; or wire `features`' },
    features: { kind: 'features', optional: true, query: true, doc: 'rows to draw from; or wire `images`' },
  },
  outputs: { subset: { kind: 'subset', doc: 'the drawn rows, in the order in which they stand' } },
  async run({ params, inputs, outputs, seed, log }) {
    const { rowsAt, writeSubset } = await import('@twoshot/artifact');
    const { createRandom } = await import('@twoshot/engine/random');
    const { readRowsOf } = await import('./read-rows-of.js');
    const rows = await readRowsOf(inputs);
    const count = drawnCount(params, rows.count);
    const order = Uint32Array.from({ length: rows.count }, (_, row) => row);
    createRandom(seed('sample')).shuffle(order);
    const reason = `${count} of ${rows.count} rows drawn by chance`;
    await writeSubset(outputs.subset, { rows: rowsAt(rows, order.subarray(0, count).sort()), reason });
    log(reason);
  },
});

function drawnCount({ share, count }: { share: number | null; count: number | null }, there: number): number {
  if ((share === null) === (count === null))
    throw new StageInputError(
      'share-or-count',
      `expected one of the params \`share\` and \`count\`, found ${share === null ? 'neither' : 'both'}. Give the one that is meant.`,
    );
  const wanted = count ?? Math.ceil(share! * there);
  if (wanted === 0 || wanted > there)
    throw new StageInputError(
      'rows-to-draw',
      `expected between 1 and ${there} rows to draw, found ${wanted}. Change the param \`${count === null ? 'share' : 'count'}\`, or wire more rows.`,
    );
  return wanted;
}
