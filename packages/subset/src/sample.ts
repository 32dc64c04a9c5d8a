import { defineStage, integer, number, optional, StageInputError } from '@twoshot/stage';

export default defineStage({
  name: 'subset/sample',
  summary: 'Samples rows at random: a fraction or a number of them; it ignores classes and cannot balance them',
  params: {
    share: optional(
      number({ minimum: 0, maximum: 1, doc: '0..1' }),
      'fraction of the rows, rounded up; or set `count`',
    ),
    count: optional(integer({ minimum: 1, doc: 'rows' }), 'number of rows; or set `share`'),
  },
  inputs: {
    // The sample depends on which rows exist, never on their content, so no image is seen.
    images: { kind: 'images', optional: true, query: true, doc: 'images to sample from; or wire `features`' },
    features: { kind: 'features', optional: true, query: true, doc: 'rows to sample from; or wire `images`' },
  },
  outputs: { subset: { kind: 'subset', doc: 'the sampled rows, in their original order' } },
  async run({ params, inputs, outputs, seed, log }) {
    const { rowsAt, writeSubset } = await import('@twoshot/artifact');
    const { createRandom } = await import('@twoshot/engine/random');
    const { readRowsOf } = await import('./read-rows-of.js');
    const rows = await readRowsOf(inputs);
    const count = drawnCount(params, rows.count);
    const order = Uint32Array.from({ length: rows.count }, (_, row) => row);
    createRandom(seed('sample')).shuffle(order);
    const reason = `${count} of ${rows.count} rows sampled at random`;
    await writeSubset(outputs.subset, { rows: rowsAt(rows, order.subarray(0, count).sort()), reason });
    log(reason);
  },
});

function drawnCount({ share, count }: { share: number | null; count: number | null }, there: number): number {
  if ((share === null) === (count === null))
    throw new StageInputError(
      'share-or-count',
      `expected one of the params \`share\` and \`count\`, found ${share === null ? 'neither' : 'both'}. Set exactly one.`,
    );
  const wanted = count ?? Math.ceil(share! * there);
  if (wanted === 0 || wanted > there)
    throw new StageInputError(
      'rows-to-draw',
      `expected between 1 and ${there} rows to sample, found ${wanted}. Change the param \`${count === null ? 'share' : 'count'}\`, or wire more rows.`,
    );
  return wanted;
}
