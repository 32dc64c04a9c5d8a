/**
 * The size that stands for any number of images in a trace: a prime that no network has as a size. What is a multiple
 * of it grows with the number of images.
 */
export const anyBatch = 65_537;
