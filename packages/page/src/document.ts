import { type Content, html, type Markup } from './markup.js';
import { style } from './style.js';

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
