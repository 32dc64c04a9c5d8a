/** Markup made by `html`. The package exports only its type, so text never becomes markup by mistake. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** Values of a template: markup is inserted as it is, text and numbers escaped, lists item by item, null as nothing. */
export type Content = Markup | string | number | null | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters but for tabs and ends of lines: HTML has no place for them, and a terminal would obey them. */
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

function write(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'object') return content.map(write).join('');
  return String(content)
    .replaceAll(controls, '\uFFFD')
    .replaceAll(/[&<>"']/g, (letter) => entities[letter]!);
}

/**
 * HTML or SVG from a template. The template itself is markup; inserted values are escaped, also for quoted attributes,
 * unless `html` made them. Never insert a value into a script, or as the name of a tag or an attribute.
 */
export function html(template: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(template.map((text, at) => text + write(contents[at] ?? null)).join(''));
}

/** A style sheet from a template; it accepts no text, since HTML escapes have no meaning inside one. */
export const css = (template: TemplateStringsArray, ...contents: readonly (Markup | number)[]): Markup =>
  html(template, ...contents);
