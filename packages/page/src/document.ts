import { type Content, html, type Markup } from './markup.js';
import { style } from './style.js';

/**
 * What a browser may do for a page: show its own styles and the images in it. No script runs and nothing is asked for,
 * whatever a name or a label that got into the page holds. Charts need styles of their own at their elements.
 */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * One self-contained page: no scripts, external files or links.
 *
 * @param own styles of this page only
 */
export function pageDocument(title: string, body: Content, own: Markup | null = null): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title}</title>
        <style>
          ${style}${own}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`;
  return `${page.toString()}\n`;
}
