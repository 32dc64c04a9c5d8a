import { IrregularFileError, readRegularFileNow, systemCode } from '@twoshot/disk';
import { sha256 } from './canonical-json.js';
import type { Json } from './contents.js';

const seal = /^\{"sha256":"([0-9a-f]{64})","content":/;

/** JSON with a digest over itself. */
export function sealed(value: unknown): string {
  const content = JSON.stringify(value);
  return `{"sha256":"${sha256(content)}","content":${content}}\n`;
}

/** The content of sealed JSON. @throws SyntaxError where the digest is not that of the content */
export function unsealed(text: string): Json {
  const [head = '', digest] = seal.exec(text) ?? [];
  const content = text.slice(head.length, text.endsWith('}\n') ? -2 : 0);
  if (digest === undefined || sha256(content) !== digest)
    throw new SyntaxError('its content does not match its digest');
  return JSON.parse(content) as Json;
}

/** The content of a sealed file that can be derived again; null where there is none, or one that was changed. */
export function readDerived(path: string): Json | null {
  try {
    return unsealed(readRegularFileNow(path, { followLinks: true }).toString());
  } catch (error) {
    const isFault = error instanceof SyntaxError || error instanceof IrregularFileError || systemCode(error) !== '';
    if (!isFault) throw error;
    return null;
  }
}
