/**
 * Limits of a pipeline. A file may come from an untrusted source, and aliases, `${name}` and matrices multiply its content:
 * within these limits it is checked in a second or two. Known pipelines are far below them.
 */

/** Bytes of a pipeline file; the time of the parser grows with its square. */
export const maxBytes = 64_000;
/** Nesting depth of maps and lists. */
export const maxDepth = 32;
/** Characters of a key. */
export const maxKeyLength = 1_000;
/** Characters of a value of an axis, as ids show it. */
export const maxValueLength = 400;
/** Values, including those through aliases, and values that `${name}` inserts. */
export const maxValues = 100_000;
/** Characters that `${name}` inserts. */
export const maxCharacters = 1_000_000;
/** Files in a chain of `extends`. */
export const maxFiles = 16;
/** Stages in the file. */
export const maxBlocks = 1_000;
/** Stages after unfolding the matrices, and outputs. */
export const maxStages = 10_000;
/** Edges between stages. */
export const maxEdges = 100_000;
/** Failures that are reported. */
export const maxFailures = 100;
