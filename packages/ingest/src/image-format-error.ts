/** A file of a data set with an unexpected format. */
export class ImageFormatError extends Error {
  override readonly name = 'ImageFormatError';

  constructor(file: string, expected: string, found: string) {
    super(`${file}: expected ${expected}, found ${found}`);
  }
}
