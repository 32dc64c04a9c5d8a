import { escape } from '@twoshot/page';

/** A part of the page with its heading and a sentence about it; `body` is markup. */
export function figure(title: string, body: string, note = ''): string {
  const explanation = note === '' ? '' : `<p class="note">${escape(note)}</p>`;
  return `<section><h2>${escape(title)}</h2>${explanation}${body}</section>`;
}
