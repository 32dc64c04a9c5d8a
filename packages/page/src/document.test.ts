import { expect, test } from 'vitest';
import { pageDocument } from './document.js';
import { css, html } from './markup.js';

test('a page escapes its title and its text, includes both styles, and is self-contained', () => {
  const page = pageDocument(
    'a <page>',
    ['b < c', html`<p>d</p>`],
    css`
      .own {
        width: ${3}px;
      }
    `,
  );
  expect(page).toContain('<title>a &lt;page&gt;</title>');
  expect(page).toContain('b &lt; c<p>d</p>');
  expect(page).toMatch(/--accent:[^]*\.own \{\s*width: 3px;/);
  expect(page).toMatch(
    /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src [^"]*"/,
  );
  expect(page).not.toMatch(/(src|href)=|@import|url\(/);
});
