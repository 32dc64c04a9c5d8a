import { StageInputError } from '@twoshot/stage';

const characters: Readonly<Record<string, string>> = { '\n': 'a line feed', '\r': 'a carriage return', '\t': 'a tab' };

/**
 * A class name is shown in tables, on pages and in a line of a CSV.
 *
 * @throws StageInputError `class-name` where it holds a control character
 */
export function checkClassName(
  name: string,
  where: { readonly file: string; readonly line?: number; readonly column?: number },
): void {
  const [found] = /\p{Cc}/u.exec(name) ?? [];
  if (found === undefined) return;
  const what =
    characters[found] ?? `the control character U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  const message = `the class ${JSON.stringify(name)} has ${what} in its name; rename it`;
  throw new StageInputError('class-name', message, where);
}
