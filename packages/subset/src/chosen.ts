import { positionsAmong, positionsIn, rowsAt, type Rows, type Subset } from '@twoshot/artifact';
import { type InputArtifact, StageInputError } from '@twoshot/stage';

/**
 * A subset and the artifact that it is applied to, as wired. Names are read only for a message, since reading them
 * enters the key.
 */
export interface Choosing {
  readonly subset: Subset;
  readonly inputs: { readonly subset: Pick<InputArtifact, 'from'>; readonly of: Pick<InputArtifact, 'from'> };
  readonly log: (line: string) => void;
}

/**
 * The rows that are in a subset, with their positions, in their original order. Where only one of both has views, see
 * `positionsAmong`.
 *
 * @throws StageInputError where there is none
 */
export function chosenAmong(rows: Rows, choosing: Choosing): { positions: Uint32Array; rows: Rows } {
  const { subset } = choosing;
  const isIn = positionsAmong(rows, subset.rows);
  const positions = Uint32Array.from(isIn.keys()).filter((row) => isIn[row]! >= 0);
  const found = positionsAmong(subset.rows, rows).filter((row) => row >= 0).length;
  reportChosen(choosing, { kept: positions.length, found, count: rows.count, sets: rows.sets });
  return { positions, rows: rowsAt(rows, positions) };
}

/** Number of rows of a subset per image of a set, by index: more than one where it has views. */
export function imagesIn({ rows }: Subset, set: string): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const row of positionsIn(rows, [set])) {
    const index = rows.index[row]!;
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return counts;
}

/**
 * Logs how many of `count` rows were kept, and how many of the subset's rows are missing.
 *
 * @throws StageInputError where none was kept
 */
export function reportChosen(
  { subset, inputs, log }: Choosing,
  { kept, found, count, sets }: { kept: number; found: number; count: number; sets: readonly string[] },
): void {
  if (kept === 0)
    throw new StageInputError(
      'none-in-the-subset',
      `${inputs.subset.from} has ${spell(subset.rows.count, subset.rows.sets)}, and none of them is among the ${spell(count, sets)} of ${inputs.of.from}. Wire a subset of the same rows.`,
    );
  const absent = subset.rows.count - found;
  log(
    `kept ${kept} of ${count} rows: ${subset.reason}` +
      (absent === 0 ? '' : `; ${absent} of the subset's ${subset.rows.count} rows are missing`),
  );
}

const spell = (count: number, sets: readonly string[]): string =>
  `${count} rows${sets.length === 0 ? '' : ` of ${sets.join(', ')}`}`;
