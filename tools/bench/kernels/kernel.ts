import type { AnyMatrix } from '@twoshot/geometry';

/** Numbers that both sides take. */
export interface Given {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;
}

/** Our side of a kernel, ready to be timed. */
export interface Prepared {
  readonly inputs: Readonly<Record<string, Given>>;
  run(): unknown;
  /** What came out of the last run, in the form of the reference's. */
  answer(): ArrayLike<number>;
}

/** One row of the table: a function of ours and one of a reference library, on the same numbers. */
export interface Kernel {
  readonly id: string;
  readonly title: string;
  /** What is measured against. */
  readonly reference: string;
  /** Name of the function in tools/reference/kernels.py. */
  readonly rival: string;
  readonly settings: Readonly<Record<string, number | string>>;
  /** Most that our time may be of the reference's; null where nothing was promised. */
  readonly maximum: number | null;
  /** Most seconds of ours. */
  readonly seconds?: number;
  readonly rounds: number;
  /** Calls in a round; short ones are timed together. */
  readonly calls: number;
  /** What a reader must know of the row, below the table. */
  readonly note?: string;
  /** Kernels of one group share their two processes. */
  readonly group: string;
  prepare(): Promise<Prepared>;
  /** Says in words how far both answers agree. */
  compare(ours: Float64Array, theirs: Float64Array): string;
}

export const given = ({ rows, columns, data }: AnyMatrix): Given => ({ shape: [rows, columns], data });

export const line = (data: Given['data']): Given => ({ shape: [data.length], data });

/** Share of equal numbers. */
export function sameShare(ours: Float64Array, theirs: Float64Array): string {
  let same = 0;
  for (const [i, value] of ours.entries()) if (value === theirs[i]) same++;
  return ours.length === theirs.length ? `${((100 * same) / ours.length).toFixed(2)} % equal` : 'other sizes';
}

/** Largest difference as a share of the largest number. */
export function relativeDifference(ours: Float64Array, theirs: Float64Array): string {
  let [difference, largest] = [0, 0];
  for (const [i, value] of theirs.entries()) {
    difference = Math.max(difference, Math.abs(value - ours[i]!));
    largest = Math.max(largest, Math.abs(value));
  }
  return `differ by ${(difference / largest).toExponential(0)}`;
}
