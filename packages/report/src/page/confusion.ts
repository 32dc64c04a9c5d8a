import type { Metrics } from '@twoshot/artifact';
import { escape, readable } from '@twoshot/page';

/** A table of true class by row and answered class by column, shaded by the share of the row. */
export function drawConfusion({ confusion, classNames }: Metrics): string {
  if (confusion === null) return '';
  const head = classNames.map((name) => `<th scope="col"><span>${escape(name)}</span></th>`).join('');
  const body = confusion.map((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    const cells = row.map((count, answer) => {
      const share = count / total;
      return `<td class="${truth === answer ? 'right' : 'wrong'}" style="--share:${share.toFixed(3)}" title="${escape(classNames[truth]!)} answered as ${escape(classNames[answer]!)}: ${count}">${count === 0 ? '' : count}</td>`;
    });
    return `<tr><th scope="row">${escape(classNames[truth]!)}</th>${cells.join('')}<td class="recall">${readable((100 * row[truth]!) / total)} %</td></tr>`;
  });
  return `<div class="scroll"><table class="confusion"><thead><tr><th></th>${head}<th scope="col"><span>right</span></th></tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
