import { sha256 } from '@twoshot/artifact/canonical-json';
import { readDerived, sealed } from '@twoshot/artifact/sealed-json';
import { writeDurably } from '@twoshot/disk';
import type { Description } from '@twoshot/stage';
import type { KnownFiles } from '../files/known-files.js';
import type { CodeRecord } from './code-record.js';

/** What every run reads of a memo. */
interface Head {
  /** What the stage declares; null where that could not be told for certain to come from these sources. */
  readonly declaration: Description | null;
  /** Whether the engine's start is in the bundle. */
  readonly engine: boolean;
  /** Digest of the bundle's code. */
  readonly hash: string;
  /** File of the bundle. */
  readonly file: string;
  /** All files that it came from: relative to the workspace, or absolute outside it. */
  readonly sources: readonly string[];
  /** What the sources contained, as `contentOf` gives it. */
  readonly content: string;
}

/** A stage as it was last time: what it declares, the bundle of its code, and where both came from. */
export interface Memo extends Head {
  /** Asked for only where something changed or was made, so it is parsed only then. */
  code(): CodeRecord;
}

/** A memo as it is kept: the record of the code is text in it, since most runs do not ask for it. */
interface Kept extends Head {
  readonly code: string;
}

/** @returns null where there is none that can be read, or one that was changed */
export function readMemo(path: string): Memo | null {
  const kept = readDerived(path) as unknown as Kept | null;
  if (kept === null) return null;
  const { code, ...head } = kept;
  return { ...head, code: () => JSON.parse(code) as CodeRecord };
}

export async function writeMemo(path: string, head: Head, code: CodeRecord): Promise<void> {
  const kept: Kept = { ...head, code: JSON.stringify(code) };
  await writeDurably(path, sealed(kept));
}

/** One digest of what files contain now; null where one of them is not there. */
export function contentOf(sources: readonly string[], files: KnownFiles): string | null {
  let digests = '';
  for (const source of sources) {
    const now = files.look(source);
    if (now === null) return null;
    digests += now.sha256;
  }
  return sha256(digests);
}
