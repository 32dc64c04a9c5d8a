import type { Rows } from './rows.js';

/** Pixels of one image set or of a batch of it. */
export interface Images {
  /** Name of the set: `train`, `val` or `test`. */
  readonly set: string;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** [count], ascending, unique in the set; in competition sets the row of the source file. */
  readonly index: Uint32Array;
  /** [count, height, width, channels], 0..255. Backed by shared memory when read whole. */
  readonly pixels: Uint8Array;
}

/**
 * The file of each row, for users. It is not part of images, so that training depends on what they show and neither on
 * their names nor on their folders.
 */
export interface Files {
  readonly rows: Rows;
  /** [count] path relative to the source folder, with slashes. */
  readonly file: readonly string[];
  /** Other files that were not read, and why. */
  readonly leftOut: readonly { readonly file: string; readonly reason: string }[];
}

/** Classes of rows: given labels, pseudo-labels, or (kind `truth`) hidden labels. */
export interface Labels {
  readonly rows: Rows;
  /** Class names in the order of their numbers. */
  readonly classNames: readonly string[];
  /** [count] class number */
  readonly label: Int32Array;
  /** [count] 0..1 */
  readonly weight: Float32Array;
  readonly source: 'given' | 'pseudo' | 'cluster';
  /** Split and draw of the ingest; null for anything but given labels and truth. */
  readonly origin: { readonly split: number; readonly draw: number } | null;
}

export interface Features {
  readonly rows: Rows;
  readonly dim: number;
  /** [count, dim] row-major */
  readonly values: Float32Array;
}

/** For each row its k nearest reference rows, nearest first; a row is never its own neighbour. */
export interface Neighbours {
  readonly rows: Rows;
  readonly reference: Rows;
  readonly k: number;
  /** [rows.count, k] positions in `reference`; -1 where there are fewer than k. */
  readonly position: Int32Array;
  /** [rows.count, k] cosine similarity */
  readonly similarity: Float32Array;
}

/** One clustering of the rows. */
export interface Partition {
  readonly name: string;
  readonly clusters: number;
  /** [count] cluster number */
  readonly cluster: Int32Array;
  /** [count, clusters] probabilities, null for a hard partition */
  readonly probabilities: Float32Array | null;
  /** Label-free quality, higher is better (the negative inertia, the negative loss); null if unknown. */
  readonly quality: number | null;
}

export interface Assignments {
  readonly rows: Rows;
  readonly partitions: readonly Partition[];
}

/** A selection of rows, for stages that work on part of a set: e.g. reliable rows. */
export interface Subset {
  /** The selected rows. */
  readonly rows: Rows;
  /** The reason for the selection, for users. */
  readonly reason: string;
}

export interface Predictions {
  readonly rows: Rows;
  readonly classNames: readonly string[];
  readonly scale: 'logits' | 'probabilities' | 'scores';
  /** [count, classes] row-major; higher is more likely. Where there is `none`, of rows that are of one of the classes. */
  readonly values: Float32Array;
  /** Whether rows are of none of the classes; only from methods that can tell. */
  readonly none?: NoneOfThese | undefined;
}

/** Which rows are of none of the classes. */
export interface NoneOfThese {
  /** [count] 0..1 */
  readonly probability: Float32Array;
  /** Rows whose probability is above it are of none of the classes, 0..1. */
  readonly threshold: number;
}

export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A part of a network with all that is needed to build it again. */
export interface ModelPart {
  /** Kind of part: `backbone`, `mlp`, `classifier`, ... */
  readonly type: string;
  /** `images`, `features` that come from elsewhere, or the name of the part whose output it takes. */
  readonly takes: string;
  /** Its output, for users and for programs in other languages. */
  readonly gives: { readonly what: string; readonly dim: number };
  /** What the type needs to know beside its weights, e.g. `{ name: 'resnet9', channels: 3, width: 64 }`. */
  readonly architecture: Json;
}

/** Image preparation for a network. */
export interface Preparation {
  /** Side in pixels to which images are resized; null for their own. */
  readonly size: number | null;
  /** `stretch`: the whole image is resized to a square. */
  readonly resize: 'stretch';
  readonly channels: number;
  /** Of pixels from 0 to 1, by channel; null where they stay as they are. */
  readonly normalise: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
  /** Whether a mirrored image keeps its class. */
  readonly mirror: boolean;
}

/** A self-describing network: its parts, image preparation and weights. */
export interface Model {
  readonly parts: Readonly<Record<string, ModelPart>>;
  /** Null where no part takes images. */
  readonly preparation: Preparation | null;
  /** Params of its training, for users: no program reads them. */
  readonly recipe: Json;
  /** In PyTorch's layout (OIHW, [out, in]) and names: `<part>.<weight>`. */
  readonly weights: ReadonlyMap<string, NamedTensor>;
  /** Curves of the training, by name (`loss`, `rate`, ...); `[step, value]` pairs. */
  readonly curves: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
