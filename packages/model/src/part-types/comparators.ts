import type { Json } from '@twoshot/artifact';
import type { Random } from '@twoshot/engine/random';
import {
  type Comparator,
  type InductionArchitecture,
  inductionHead,
  type MatchingArchitecture,
  matchingHead,
  type RelationArchitecture,
  relationHead,
  type SiameseArchitecture,
  type SiameseHead,
  siameseHead,
} from '@twoshot/nn';
import { countIn, fieldsOf, numberIn } from '../architecture-shape.js';
import type { PartType } from '../part-type.js';

/** A type of heads that classify by comparison with labelled rows. */
function comparatorPart<A, M extends Comparator>(
  type: string,
  read: (architecture: Json) => A,
  create: (architecture: A, random: Random) => M,
): PartType<A, M> {
  return { type, read, gives: () => ({ what: 'comparison', dim: 0 }), create };
}

export const siamesePart = comparatorPart<SiameseArchitecture, SiameseHead>(
  'siamese-head',
  (architecture) => {
    const fields = fieldsOf(architecture, 'an object with `dim` and `hidden`');
    return { dim: countIn(fields, 'dim'), hidden: countIn(fields, 'hidden') };
  },
  siameseHead,
);

export const relationPart = comparatorPart<RelationArchitecture, Comparator>(
  'relation-head',
  (architecture) => {
    const fields = fieldsOf(architecture, 'an object with `channels`, `width` and `hidden`');
    return {
      channels: countIn(fields, 'channels'),
      width: countIn(fields, 'width'),
      hidden: countIn(fields, 'hidden'),
    };
  },
  relationHead,
);

export const matchingPart = comparatorPart<MatchingArchitecture, Comparator>(
  'matching-head',
  (architecture) => {
    const fields = fieldsOf(architecture, 'an object with `dim` and `temperature`');
    return { dim: countIn(fields, 'dim'), temperature: numberIn(fields, 'temperature') };
  },
  matchingHead,
);

export const inductionPart = comparatorPart<InductionArchitecture, Comparator>(
  'induction-head',
  (architecture) => {
    const fields = fieldsOf(architecture, 'an object with `dim`, `iterations` and `slices`');
    return {
      dim: countIn(fields, 'dim'),
      iterations: countIn(fields, 'iterations'),
      slices: countIn(fields, 'slices'),
    };
  },
  inductionHead,
);
