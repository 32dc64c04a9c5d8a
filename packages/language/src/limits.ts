/**
 * How large a pipeline may be. A file may come from a stranger, and aliases, `${name}` and matrices multiply what stands
 * in it: within these limits it is checked in a second or two, and the largest one that we know comes near none of them.
 */

/** Bytes of a pipeline file; the time of the parser grows with its square. */
export const mostBytes = 64_000;
/** Maps and lists in each other. */
export const deepest = 32;
/** Characters of a key. */
export const longestKey = 1_000;
/** Characters of a value of an axis, as it stands in ids. */
export const longestValue = 400;
/** Values, those through aliases included, and values that `${name}` puts in. */
export const mostValues = 100_000;
/** Characters that `${name}` puts in. */
export const mostCharacters = 1_000_000;
/** Files that extend each other. */
export const mostFiles = 16;
/** Stages as they are written. */
export const mostBlocks = 1_000;
/** Stages that the matrices make, and outputs. */
export const mostStages = 10_000;
/** What stages take from each other. */
export const mostEdges = 100_000;
/** Mistakes that are told. */
export const mostFailures = 100;
