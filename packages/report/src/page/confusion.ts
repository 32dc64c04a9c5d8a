import type { ClassificationMetrics } from '@twoshot/artifact';
import { html, type Markup, readable } from '@twoshot/page';

/** A table of true class by row and predicted class by column, shaded by the fraction of the row. */
export function drawConfusion({ confusion, classNames }: ClassificationMetrics): Markup | null {
  if (confusion === null) return null;
  const head = classNames.map((name) => html`<th scope="col"><span>${name}</span></th>`);
  const body = confusion.map((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    const cells = row.map((count, answer) => {
      const share = count / total;
      return html`<td
        class="${truth === answer ? 'right' : 'wrong'}"
        style="--share:${share.toFixed(3)}"
        title="${classNames[truth]!} predicted as ${classNames[answer]!}: ${count}"
      >
        ${count === 0 ? '' : count}
      </td>`;
    });
    return html`<tr>
      <th scope="row">${classNames[truth]!}</th>
      ${cells}
      <td class="recall">${readable((100 * row[truth]!) / total)} %</td>
    </tr>`;
  });
  return html`<div class="scroll">
    <table class="confusion">
      <thead>
        <tr>
          <th></th>
          ${head}
          <th scope="col"><span>right</span></th>
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}
