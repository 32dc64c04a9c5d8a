import { type Code, f32x4, i32, type Local, type Scope, v128, when } from '@twoshot/assembly';
import type { Fields } from './fields.js';

/** `bias` is as long as the panels, `residual` the distance from the outputs to it in memory (0: none), `low` and `high` are limits. */
export const FOLLOWING_FIELDS = ['bias', 'residual', 'low', 'high'] as const;

/** What is done to the sums of a tile, two vectors of outputs a row, before they are written. */
export interface Following {
  /** Reads what does not change. */
  readonly start: readonly Code[];
  /** What a sum of a panel starts with. */
  bias(panel: Local, half: number): Code;
  /** @param entry place of the addresses of the rows of the output */
  end(sums: readonly (readonly [Local, Local])[], entry: Local, panel: Local): readonly Code[];
}

const panelBytes = (panel: Local): Code => i32.shiftLeft(panel.get, i32.const(2));

export function following(
  scope: Scope,
  args: Local,
  fields: Pick<Fields<(typeof FOLLOWING_FIELDS)[number] | 'spare'>, 'read' | 'offset'>,
): Following {
  const read = fields.read(args);
  const [bias, residual, spare, place] = scope.locals('i32', 4);
  const [low, high] = scope.locals('v128', 2);
  return {
    start: [
      bias.set(read('bias')),
      residual.set(read('residual')),
      spare.set(read('spare')),
      low.set(v128.loadSplat(args.get, fields.offset('low'))),
      high.set(v128.loadSplat(args.get, fields.offset('high'))),
    ],
    bias: (panel, half) => v128.load(i32.add(bias.get, panelBytes(panel)), 16 * half),
    end: (sums, entry, panel) => [
      when(
        residual.get,
        sums.flatMap((pair, row) => [
          place.set(i32.load(entry.get, 4 * row)),
          // Rows that the last tile lacks have none.
          when(
            i32.equal(place.get, spare.get),
            [],
            [
              place.set(i32.add(i32.add(place.get, residual.get), panelBytes(panel))),
              ...pair.map((sum, half) => sum.set(f32x4.add(sum.get, v128.load(place.get, 16 * half)))),
            ],
          ),
        ]),
      ),
      ...sums.flat().map((sum) => sum.set(f32x4.smaller(f32x4.larger(sum.get, low.get), high.get))),
    ],
  };
}
