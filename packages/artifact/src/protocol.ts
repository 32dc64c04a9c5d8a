import { type Shape, aBoolean, aNumber, aString, inside, listOf, object, oneOf } from './json-shape.js';

/** The part of a protocol that all metrics share. */
interface Taken {
  /** Set whose rows were measured. */
  readonly set: string;
  /** Rows that were measured. */
  readonly rows: number;
  readonly seed: number;
  /** Number of results that the metric is a mean over. */
  readonly n: number;
  /** Weights from outside that it hangs on, in words; most have none. */
  readonly outside: readonly string[];
}

/** Predicted classes against true ones. */
export interface ClassificationProtocol extends Taken {
  readonly type: 'classification';
  readonly split: number;
  readonly draw: number;
  /** Labelled rows that the predictions come from. */
  readonly labelled: number;
  /** The predictions have seen the set that is scored. */
  readonly transductive: boolean;
}

/** Clusters against true classes that they never saw. */
export interface ClusteringProtocol extends Taken {
  readonly type: 'clustering';
  readonly split: number;
  /** Clusters of a partition; the maximum where partitions differ. */
  readonly clusters: number;
  readonly classes: number;
  /** Number of partitions that the metric is a mean over. */
  readonly partitions: number;
  /** The clusters have seen the set that is scored. */
  readonly transductive: boolean;
}

/** Retrieval of rows of the same class, and verification of pairs. */
export interface RetrievalProtocol extends Taken {
  readonly type: 'retrieval';
  readonly split: number;
  /** Size of the gallery of each of the `rows`. */
  readonly gallery: number;
  /** The features have seen the set that is scored. */
  readonly transductive: boolean;
}

/** Detection of rows of unknown classes. */
export interface DetectionProtocol extends Taken {
  readonly type: 'detection';
  readonly split: number;
  readonly draw: number;
  readonly labelled: number;
  /** Number of the `rows` that are of no labelled class. */
  readonly unknown: number;
  readonly transductive: boolean;
}

/** Values read off a curve, such as a loss over learning rates; independent of true classes. */
export interface CurveProtocol extends Taken {
  readonly type: 'curve';
  /** The x axis of the curve, e.g. `learning rate`. */
  readonly over: string;
  /** Points of the curve. */
  readonly points: number;
}

/** Counts, such as the files of a folder by outcome. */
export interface CountProtocol extends Taken {
  readonly type: 'count';
  /** What was counted, e.g. `files`. */
  readonly of: string;
}

/** Numbers that describe data or a fit, such as explained variance; independent of true classes. */
export interface FigureProtocol extends Taken {
  readonly type: 'figure';
  /** What they describe, e.g. `principal components`. */
  readonly of: string;
}

/** Every metric has its protocol: what it measures, on what, and what else it depends on. */
export type Protocol =
  | ClassificationProtocol
  | ClusteringProtocol
  | RetrievalProtocol
  | DetectionProtocol
  | CurveProtocol
  | CountProtocol
  | FigureProtocol;

const protocolTypes = ['classification', 'clustering', 'retrieval', 'detection', 'curve', 'count', 'figure'] as const;

export const aProtocol: Shape<Protocol> = (value, place) => {
  const protocol = object(value, place);
  const number = (name: string): number => aNumber(protocol[name], inside(place, name));
  const text = (name: string): string => aString(protocol[name], inside(place, name));
  const taken = {
    set: text('set'),
    rows: number('rows'),
    seed: number('seed'),
    n: number('n'),
    // Earlier versions wrote none.
    outside: listOf(aString)(protocol['outside'] ?? [], inside(place, 'outside')),
  };
  const type = oneOf(...protocolTypes)(protocol['type'], inside(place, 'type'));
  if (type === 'curve') return { type, ...taken, over: text('over'), points: number('points') };
  if (type === 'count' || type === 'figure') return { type, ...taken, of: text('of') };
  const scored = {
    ...taken,
    split: number('split'),
    transductive: aBoolean(protocol['transductive'], inside(place, 'transductive')),
  };
  switch (type) {
    case 'classification':
      return { type, ...scored, draw: number('draw'), labelled: number('labelled') };
    case 'clustering':
      return {
        type,
        ...scored,
        clusters: number('clusters'),
        classes: number('classes'),
        partitions: number('partitions'),
      };
    case 'retrieval':
      return { type, ...scored, gallery: number('gallery') };
    default:
      return { type, ...scored, draw: number('draw'), labelled: number('labelled'), unknown: number('unknown') };
  }
};
