const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for element content and quoted attributes. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!);

/** A figure of a page with its caption; `body` is markup. */
export function figure(title: string, body: string, note = ''): string {
  const explanation = note === '' ? '' : `<p class="note">${escape(note)}</p>`;
  return `<section><h2>${escape(title)}</h2>${explanation}${body}</section>`;
}

/** A number for people: four significant digits, no exponent for ordinary sizes. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}
