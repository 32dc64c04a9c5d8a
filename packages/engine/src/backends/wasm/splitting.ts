/**
 * How work is cut into tasks: by shapes alone, whatever the number of threads, so that sums are always taken in the
 * same order.
 */
export const SPLITTING = {
  /** Chunks of rows that a batch norm sums apart, at most; rows of a chunk, at least. */
  norm: { chunks: 256, rows: 32 },
  /** An outer product: tasks to aim at, chunks of cells that are summed apart, bytes of their sums, cells of a chunk. */
  outer: { tasks: 16, chunks: 8, bytes: 4_000_000, cells: 128 },
} as const;
