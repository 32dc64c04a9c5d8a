import type { Reads } from '@twoshot/stage/host';
import { asJson, digestOf } from '@twoshot/artifact/canonical-json';
import type { Json } from '@twoshot/artifact';
import type { GraphDocument } from '@twoshot/stage';

/** Increased when documents change their meaning, or when the same documents would produce other results. */
export const keyFormat = 2;

/** An input as it enters the key. */
export interface InputRecord {
  /** Logical digest. */
  readonly digest: string;
  /** Facts from the graph; only those that the stage read. */
  readonly from?: string;
  readonly holds?: readonly string[];
  readonly seen?: readonly string[];
  readonly outside?: readonly string[];
}

export type InputRecords = Readonly<Record<string, InputRecord | readonly InputRecord[] | null>>;

/** What is known before a stage runs, whatever it reads: the first step of the look-up. */
export interface BaseDocument {
  readonly format: { readonly key: number; readonly bundler: string };
  /** `family/implementation`. */
  readonly stage: string;
  /** Digest of the bundle that runs. */
  readonly code: string;
  /** Logical digests alone; facts from the graph belong to the read set. */
  readonly inputs: InputRecords;
  /** Declared environment variables; null where one is not set. */
  readonly env: Readonly<Record<string, string | null>>;
  /** Only for stages that use the engine. */
  readonly engine: Json;
}

/** Facts about an input that come from the graph and not from its content. */
export type Provenance = 'from' | 'holds' | 'seen' | 'outside';

/** What a stage read while it ran, as reported by its host. */
export type ReadSet = Reads;

/** Current values of everything that a stage could read. */
export interface Readable {
  /** With defaults; external ones without their value. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Digests of the content of external params. */
  readonly external: Readonly<Record<string, string>>;
  readonly instanceSeed: string;
  readonly pipelineSeed: number;
  readonly graph: GraphDocument;
  /** With all provenance. */
  readonly inputs: InputRecords;
}

/** The key is the digest of this. */
export interface KeyDocument extends BaseDocument {
  readonly params: Readonly<Record<string, Json>>;
  /** Params that were queried but do not exist. */
  readonly absent: readonly string[];
  /** Digests of external files and folders; never their paths. */
  readonly external: Readonly<Record<string, string>>;
  readonly seed: string | null;
  readonly pipelineSeed: number | null;
  readonly graph: Json;
}

function seenOf(port: string, input: InputRecord, reads: ReadSet): InputRecord {
  const reading = (fact: Provenance): boolean => reads.provenance.includes(`${port}.${fact}`);
  return {
    digest: input.digest,
    ...(reading('from') && input.from !== undefined ? { from: input.from } : {}),
    ...(reading('holds') && input.holds !== undefined ? { holds: input.holds } : {}),
    ...(reading('seen') && input.seen !== undefined ? { seen: input.seen } : {}),
    ...(reading('outside') && input.outside !== undefined ? { outside: input.outside } : {}),
  };
}

const isList = (input: InputRecord | readonly InputRecord[]): input is readonly InputRecord[] => Array.isArray(input);

function inputsOf(inputs: InputRecords, reads: ReadSet): InputRecords {
  return Object.fromEntries(
    Object.entries(inputs).map(([port, input]) => [
      port,
      input === null
        ? null
        : isList(input)
          ? input.map((item) => seenOf(port, item, reads))
          : seenOf(port, input, reads),
    ]),
  );
}

/** Nothing read: converts inputs with provenance to those of a base document. */
export const nothingRead: ReadSet = { params: [], seed: false, pipelineSeed: false, graph: false, provenance: [] };

/** Digests alone, for a base document. */
export const digestsOf = (inputs: InputRecords): InputRecords => inputsOf(inputs, nothingRead);

/** Fills a read set with current values. */
export function fillIn(base: BaseDocument, reads: ReadSet, now: Readable): KeyDocument {
  const params: Record<string, Json> = {};
  const external: Record<string, string> = {};
  const absent: string[] = [];
  for (const name of reads.params) {
    const content = Object.hasOwn(now.external, name) ? now.external[name] : undefined;
    const value = Object.hasOwn(now.params, name) ? now.params[name] : undefined;
    if (content !== undefined) external[name] = content;
    else if (value === undefined) absent.push(name);
    else params[name] = asJson(value);
  }
  return {
    ...base,
    inputs: inputsOf(now.inputs, reads),
    params,
    absent: absent.sort(),
    external,
    seed: reads.seed ? now.instanceSeed : null,
    pipelineSeed: reads.pipelineSeed ? now.pipelineSeed : null,
    graph: reads.graph ? asJson(now.graph) : null,
  };
}

export const keyOf = (document: KeyDocument): string => digestOf(document);
