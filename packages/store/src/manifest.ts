import { readFile } from 'node:fs/promises';
import { type Cause, type CodeRecord, type KeyDocument, keyOf, type ReadSet } from '@twoshot/keys';
import { systemCode } from '@twoshot/disk';
import type { Kind, Metrics } from '@twoshot/artifact';
import { writeInto } from './scratch.js';
import type { Store } from './store.js';

/** An artifact of a result. */
export interface StoredOutput {
  readonly kind: Kind;
  readonly digest: string;
  /** Image sets whose rows it holds, and those that had a part in it; derived from the graph. */
  readonly holds: readonly string[];
  readonly seen: readonly string[];
}

/** A result: what the key promises, where it lies, and how it came about. Written last. */
export interface Manifest {
  readonly format: 1;
  readonly key: string;
  readonly document: KeyDocument;
  readonly reads: ReadSet;
  /** Id of the stage that made it; another one with the same key may use it. */
  readonly stage: string;
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly finished: number;
  readonly seconds: number;
  readonly bytes: number;
  /** Peak memory of the process in bytes. */
  readonly peakMemory: number;
  readonly outputs: Readonly<Record<string, StoredOutput>>;
  /** Figures of `metrics` outputs, so that nobody has to open the artifact for them. */
  readonly metrics: Readonly<Record<string, Pick<Metrics, 'values' | 'protocol'>>>;
  readonly code: CodeRecord;
  /** Why it was made. */
  readonly causes: readonly Cause[];
}

/** The manifest of a key; null if there is none, or one that does not hold what its name says. */
export async function readManifest(store: Store, key: string): Promise<Manifest | null> {
  try {
    const manifest = JSON.parse(await readFile(store.manifest(key), 'utf8')) as Manifest;
    return manifest.key === key && keyOf(manifest.document) === key ? manifest : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Makes a result valid; all that it names must be in the store already. */
export async function writeManifest(store: Store, manifest: Manifest): Promise<void> {
  await writeInto(store, store.manifest(manifest.key), `${JSON.stringify(manifest)}\n`);
}
