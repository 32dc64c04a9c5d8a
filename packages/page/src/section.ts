import { type Content, html, type Markup } from './markup.js';

/** A section of a page with its heading and a note. */
export function section(title: string, body: Content, note = ''): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${note === '' ? null : html`<p class="note">${note}</p>`}${body}
  </section>`;
}
