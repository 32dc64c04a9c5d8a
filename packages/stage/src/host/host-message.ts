import {
  aBoolean,
  aDigest,
  aNumber,
  aString,
  inside,
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
import type { Progress } from '../declaration.js';
import type { HostError, HostMessage, Reads } from './protocol.js';

/** JSON spells numbers that are not finite, such as the loss of a training that diverged, as null. */
const aMeasure: Shape<number | undefined> = (value, place) => optional(nullable(aNumber))(value, place) ?? undefined;

const texts = listOf(aString);

type MessageOf<T extends HostMessage['type']> = Omit<Extract<HostMessage, { readonly type: T }>, 'type'>;

const messages: { readonly [T in HostMessage['type']]: Members<MessageOf<T>> } = {
  progress: {
    progress: objectOf<Progress>({
      step: aNumber,
      total: aNumber,
      from: aMeasure,
      loss: aMeasure,
      throughput: aMeasure,
      unit: optional(aString),
      phase: optional(aString),
    }),
  },
  log: { line: aString },
  warn: { line: aString },
  engine: { loaded: aBoolean },
  done: {
    reads: objectOf<Reads>({
      params: texts,
      seed: aBoolean,
      pipelineSeed: aBoolean,
      graph: aBoolean,
      provenance: texts,
    }),
    digests: recordOf(aDigest),
    bytes: aNumber,
    peakMemory: aNumber,
  },
  failed: {
    error: objectOf<HostError>({
      code: aString,
      message: aString,
      file: nullable(aString),
      line: nullable(aNumber),
      column: nullable(aNumber),
      stack: nullable(aString),
      user: aBoolean,
    }),
  },
};

const aType = oneOf(...(Object.keys(messages) as HostMessage['type'][]));

/**
 * What came over the channel of a host, to which the stage may write as well.
 *
 * @returns null for anything but a message of the protocol
 */
export function hostMessage(received: unknown): HostMessage | null {
  const place = { file: 'message', path: '' };
  try {
    const value = object(received as Parameters<typeof object>[0], place);
    const type = aType(value['type'], inside(place, 'type'));
    return { type, ...objectOf<object>(messages[type])(value, place) } as HostMessage;
  } catch (error) {
    if (error instanceof Error && error.name === 'ArtifactError') return null;
    throw error;
  }
}
