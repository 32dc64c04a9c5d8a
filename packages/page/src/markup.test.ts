import { expect, test } from 'vitest';
import { html } from './markup.js';

const escaped = '&lt;b title=&quot;it&#39;s&quot;&gt;&amp;';

test('text is escaped, also inside attributes', () => {
  const text = `<b title="it's">&`;
  expect(String(html`<p title="${text}">${text}</p>`)).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('control characters are shown as characters that are not there', () => {
  expect(String(html`<p>${'a\u001B[2J\tb\nc\u009B\u0000'}</p>`)).toBe('<p>a\uFFFD[2J\tb\nc\uFFFD\uFFFD</p>');
});

test('markup is inserted into markup as it is, lists item by item, null as nothing', () => {
  const cells = ['a', '<'].map((text) => html`<td>${text}</td>`);
  expect(String(html`${[cells, null, [html`<td>${1.5}</td>`, '&']]}`)).toBe('<td>a</td><td>&lt;</td><td>1.5</td>&amp;');
});

test('markup that was turned into text is text again', () => {
  const bold = html`<b>x</b>`;
  expect(String(html`${String(bold)}`)).toBe('&lt;b&gt;x&lt;/b&gt;');
});

test('an object that only looks like markup is refused', () => {
  const forged = { toString: () => '<script>' };
  // @ts-expect-error not made by `html`
  expect(() => html`${forged}`).toThrow(TypeError);
});
