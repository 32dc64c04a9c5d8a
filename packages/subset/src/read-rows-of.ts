import { readFeatures, type Rows, rowsOf, streamImages } from '@twoshot/artifact';
import { type InputArtifact, StageInputError } from '@twoshot/stage';

/**
 * The rows of the wired input; of images only one batch is in memory at a time.
 *
 * @throws StageInputError where none or both are wired, or there is no row
 */
export async function readRowsOf(inputs: {
  readonly images: InputArtifact | null;
  readonly features: InputArtifact | null;
}): Promise<Rows> {
  const { images, features } = inputs;
  if ((images === null) === (features === null))
    throw new StageInputError(
      'images-or-features',
      `expected one of the inputs \`images\` and \`features\`, found ${images === null ? 'neither' : 'both'}. Wire the one to sample from.`,
    );
  const input = images ?? features!;
  const rows = images === null ? (await readFeatures(input.path)).rows : await rowsOfImages(input.path);
  if (rows.count === 0)
    throw new StageInputError('no-row', `${input.from} has no row to sample from. Wire one with rows.`);
  return rows;
}

async function rowsOfImages(path: string): Promise<Rows> {
  let set = '';
  const index: number[] = [];
  for await (const batch of streamImages(path)) {
    ({ set } = batch);
    for (const one of batch.index) index.push(one);
  }
  return rowsOf(set, Uint32Array.from(index));
}
