import {
  aBoolean,
  aCount,
  aDigest,
  aNumber,
  anything,
  aString,
  exactly,
  inside,
  isList,
  listOf,
  type Members,
  nullable,
  object,
  objectOf,
  oneOf,
  optional,
  recordOf,
  type Shape,
} from '@twoshot/artifact/json-shape';
import { kinds } from '@twoshot/artifact/kind';
import { aProtocol } from '@twoshot/artifact/protocol';
import type { Cause, InputRecord, InputRecords, KeyDocument, ReadSet } from '@twoshot/keys';
import type { Manifest } from './manifest.js';

const texts = listOf(aString);

/** Milliseconds since 1970 that a date can have. */
const aMoment: Shape<number> = (value, place) => aCount(0, 8.64e15)(value, place);

export const aReadSet: Shape<ReadSet> = objectOf<ReadSet>({
  params: texts,
  seed: aBoolean,
  pipelineSeed: aBoolean,
  graph: aBoolean,
  provenance: texts,
});

const anInput = objectOf<InputRecord>({
  digest: aDigest,
  from: optional(aString),
  holds: optional(texts),
  seen: optional(texts),
  outside: optional(texts),
});

const inputs: Shape<InputRecords> = recordOf(
  nullable<InputRecord | readonly InputRecord[]>((value, place) =>
    isList(value) ? listOf(anInput)(value, place) : anInput(value, place),
  ),
);

const aDocument: Shape<KeyDocument> = objectOf<KeyDocument>({
  format: objectOf({ key: aNumber, bundler: aString }),
  stage: aString,
  code: aString,
  inputs,
  env: recordOf(nullable(aString)),
  engine: anything,
  params: recordOf(anything),
  absent: texts,
  external: recordOf(aString),
  seed: nullable(aString),
  pipelineSeed: nullable(aNumber),
  graph: anything,
});

type CauseOf<T extends Cause['type']> = Extract<Cause, { readonly type: T }>;

const fromTo = { from: aString, to: aString };
const maybeFromTo = { name: aString, from: nullable(aString), to: nullable(aString) };

const causes: { readonly [T in Cause['type']]: Members<Omit<CauseOf<T>, 'type'>> } = {
  'first-run': {},
  forced: {},
  damaged: {},
  stage: fromTo,
  code: { modules: texts },
  package: maybeFromTo,
  param: { name: aString, from: anything, to: anything },
  external: { name: aString },
  input: {
    port: aString,
    from: nullable(aString),
    roots: listOf(objectOf({ stage: aString, cause: (value, place) => aCause(rootTypes)(value, place) })),
  },
  wiring: { port: aString, ...fromTo },
  env: maybeFromTo,
  engine: { field: aString, from: anything, to: anything },
  seed: {},
  graph: {},
  format: fromTo,
};

type RootType = Exclude<Cause['type'], 'input'>;

const causeTypes = Object.keys(causes) as Cause['type'][];
const rootTypes = causeTypes.filter((type): type is RootType => type !== 'input');

const aCause =
  <T extends Cause['type']>(types: readonly T[]): Shape<CauseOf<T>> =>
  (value, place) => {
    const type = oneOf(...types)(object(value, place)['type'], inside(place, 'type'));
    return { type, ...objectOf<object>(causes[type])(value, place) } as CauseOf<T>;
  };

/** A stored manifest: readers may rely on its shape. */
export const aManifest: Shape<Manifest> = objectOf<Manifest>({
  format: exactly(1),
  key: aDigest,
  document: aDocument,
  reads: aReadSet,
  stage: aString,
  run: aString,
  finished: aMoment,
  seconds: aNumber,
  bytes: aNumber,
  peakMemory: aNumber,
  outputs: recordOf(
    objectOf({ kind: oneOf(...kinds), digest: aDigest, holds: texts, seen: texts, outside: optional(texts) }),
  ),
  metrics: recordOf(objectOf({ values: recordOf(aNumber), protocol: aProtocol })),
  code: objectOf({ hash: aString, modules: recordOf(aString), packages: recordOf(aString) }),
  causes: listOf(aCause(causeTypes)),
  warnings: optional(listOf(objectOf({ seconds: aNumber, line: aString }))),
});
