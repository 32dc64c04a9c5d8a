import type { Cause, CodeRecord, KeyDocument, ReadSet } from '@twoshot/keys';
import type { Kind, Metrics } from '@twoshot/artifact';

/** An artifact of a result. */
export interface StoredOutput {
  readonly kind: Kind;
  readonly digest: string;
  /** Image sets whose rows it holds, those that had a part in it, and what from outside had; derived from the graph. */
  readonly holds: readonly string[];
  readonly seen: readonly string[];
  /** Absent in results of earlier versions. */
  readonly outside?: readonly string[] | undefined;
}

/** A result: its key, its artifacts, and how it was produced. Written last. */
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
  /** Values of `metrics` outputs, so that readers need not open the artifact. */
  readonly metrics: Readonly<Record<string, Pick<Metrics, 'values' | 'protocol'>>>;
  readonly code: CodeRecord;
  /** Why it was made. */
  readonly causes: readonly Cause[];
  /** Warnings of the stage; a result of an earlier version may lack them. */
  readonly warnings?: readonly { readonly seconds: number; readonly line: string }[];
}
