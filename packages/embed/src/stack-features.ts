import type { Features, Rows } from '@twoshot/artifact';
import { StageInputError } from '@twoshot/stage';

/**
 * Concatenates the rows of several artifacts.
 *
 * @param parts with their inputs; names are read only for a message, since reading them enters the key
 * @throws StageInputError where they differ in width or repeat a row
 */
export function stackFeatures(
  parts: readonly { readonly input: { readonly from: string }; readonly features: Features }[],
): Features {
  const [first] = parts;
  if (first === undefined) throw new StageInputError('no-features', 'no features were wired');
  if (parts.length === 1) return first.features;
  const { dim } = first.features;
  const count = parts.reduce((sum, { features }) => sum + features.rows.count, 0);
  const sets = [...new Set(parts.flatMap(({ features }) => features.rows.sets))];
  const set = new Uint8Array(count);
  const index = new Uint32Array(count);
  const hasViews = parts.some(({ features }) => features.rows.view !== null);
  const view = hasViews ? new Uint8Array(count) : null;
  const values = new Float32Array(count * dim);
  let at = 0;
  for (const { input, features } of parts) {
    if (features.dim !== dim)
      throw new StageInputError(
        'dimensions-differ',
        `features of ${input.from} have ${features.dim} dimensions, those of ${first.input.from} ${dim}. Extract them with the same model.`,
      );
    for (let row = 0; row < features.rows.count; row++)
      set[at + row] = sets.indexOf(features.rows.sets[features.rows.set[row]!]!);
    index.set(features.rows.index, at);
    if (view !== null && features.rows.view !== null) view.set(features.rows.view, at);
    values.set(features.values, at * dim);
    at += features.rows.count;
  }
  const rows = { count, sets, set, index, view };
  requireDistinct(rows);
  return { rows, dim, values };
}

function requireDistinct({ count, sets, set, index, view }: Rows): void {
  const seen = new Set<string>();
  for (let row = 0; row < count; row++) {
    const key = `${sets[set[row]!]} ${index[row]}`;
    const keyWithView = view === null ? key : `${key} view ${view[row]}`;
    if (seen.has(keyWithView)) throw new StageInputError('row-twice', `row ${keyWithView} is in two of the features`);
    seen.add(keyWithView);
  }
}
