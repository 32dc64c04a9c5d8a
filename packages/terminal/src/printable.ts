/**
 * What a terminal would obey, or show in another order or not at all, instead of showing it: control characters but for
 * the end of a line and tabs, marks of the direction of writing, spaces without width, halves of characters.
 */
const unprintable =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]|[\uD800-\uDFFF]/gu;

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text as it may be written to a terminal, whoever it came from: names of files, words of servers, output of programs. A
 * sign that is not shown stands as `\u001b`, which JSON reads as the same sign.
 */
export const printable = (text: string): string => text.replaceAll(unprintable, escaped);

/** The same in one line. */
export const printableLine = (text: string): string => printable(text).replaceAll('\n', String.raw`\n`);
