import type { Predictions } from './contents.js';
import { hardPredictions } from './hard-predictions.js';
import { probabilitiesOf } from './probabilities.js';
import { rowName } from './rows.js';

/** Rows per class: with fewer, a class without a row may be chance (once in 20 for classes of equal size). */
const enoughRows = 3;
/** Fraction of the rows from which one class has nearly all. */
const nearlyAll = 0.95;
/** Probabilities that differ by less are equal. */
const tolerance = 1e-6;
const namedRows = 5;

const counted = (count: number, of: number): string => `${count} of ${of} rows`;

/**
 * Likely problems of predictions, one sentence each: rows with the same probability for every class, which hard
 * predictions give the first one; more than half of none of the classes; a class that no row gets; one that gets nearly
 * all.
 */
export function predictionWarnings(predictions: Predictions): string[] {
  const { rows, classNames } = predictions;
  const classes = classNames.length;
  if (classes < 2 || rows.count === 0) return [];
  const probabilities = probabilitiesOf(predictions);
  const undecided: number[] = [];
  const counts = Array.from({ length: classes }, () => 0);
  let rejected = 0;
  for (const { row, label, none } of hardPredictions(predictions)) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    if (own.every((value) => Math.abs(value - own[0]!) < tolerance)) undecided.push(row);
    else if (none) rejected += 1;
    else counts[label]! += 1;
  }
  const warnings = undecided.length === 0 ? [] : [undecidedText(predictions, undecided)];
  if (rejected > rows.count / 2) warnings.push(`${counted(rejected, rows.count)} are of none of the classes`);
  const decided = rows.count - undecided.length - rejected;
  if (decided < enoughRows * classes) return warnings;
  const most = counts.indexOf(Math.max(...counts));
  const empty = classNames.filter((_, label) => counts[label] === 0);
  const nearly =
    counts[most]! >= nearlyAll * decided ? `${counted(counts[most]!, decided)} get ${classNames[most]!}` : null;
  const none = empty.length > 0 ? `no row gets ${empty.join(', ')}` : null;
  const text = [nearly, none].filter((part) => part !== null).join('; ');
  return text === '' ? warnings : [...warnings, text];
}

function undecidedText({ rows, classNames }: Predictions, undecided: readonly number[]): string {
  const names = undecided.slice(0, namedRows).map((row) => rowName(rows, row));
  const more = undecided.length > names.length ? ` and ${undecided.length - names.length} more` : '';
  return `${counted(undecided.length, rows.count)} have the same probability for every class, e.g. because no path links them to a labelled row, and get the first class, ${classNames[0]!}: ${names.join(', ')}${more}`;
}
