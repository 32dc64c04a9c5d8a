import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './work.js';

/**
 * The rows that are asked for; a text where they cannot be measured: an id that is none, or data that is not at hand.
 *
 * @param ids none for all rows
 * @param root folder of the checkout
 */
export function chosenRows(rows: readonly Row[], ids: readonly string[], root = '.'): readonly Row[] | string {
  const unknown = ids.find((id) => rows.every((row) => row.id !== id));
  if (unknown !== undefined) return `there is no row ${unknown}; there are ${rows.map(({ id }) => id).join(', ')}`;
  const chosen = rows.filter(({ id }) => ids.length === 0 || ids.includes(id));
  const without = chosen.filter(({ work }) => work.folder !== undefined && !existsSync(join(root, work.folder)));
  if (without.length === 0) return chosen;
  const others = rows.filter((row) => !without.includes(row)).map(({ id }) => id);
  return [
    `${without.map(({ id }) => id).join(', ')} need the data of ${without[0]!.work.folder!}, which is not there`,
    '  next:     npx twoshot run full-cifar10 --only data downloads it',
    `  without:  name other rows: ${others.join(' ')}`,
  ].join('\n');
}
