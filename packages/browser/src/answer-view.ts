import type { Likely } from './classifier.js';

/** Classes that are shown of an image. */
const shown = 5;

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A place for an image and what it is. */
export interface AnswerView {
  readonly root: HTMLElement;
  show(likely: readonly Likely[]): void;
  fail(message: string): void;
}

/** @param picture what is classified; null for none, as of a file that cannot be shown */
export function answerView(title: string, picture: HTMLElement | null): AnswerView {
  const root = element('article', 'answer');
  const answer = element('h2', 'name', '…');
  const list = element('ol', 'classes');
  const text = element('div', 'text');
  text.append(element('p', 'file', title), answer, list);
  root.append(...(picture === null ? [] : [picture]), text);
  return {
    root,
    show(likely) {
      answer.textContent = likely[0]!.name;
      list.replaceChildren(
        ...likely.slice(0, shown).map(({ name, share }) => {
          const item = element('li', 'class');
          const meter = element('meter', 'share');
          meter.value = share;
          meter.ariaLabel = name;
          item.append(element('span', 'label', name), element('span', 'number', percent.format(share)), meter);
          return item;
        }),
      );
    },
    fail(message) {
      root.classList.add('failed');
      answer.textContent = message;
    },
  };
}
