/** A file of a data set that is not of the format it should be. */
export class ImageFormatError extends Error {
  override readonly name = 'ImageFormatError';

  constructor(file: string, expected: string, found: string) {
    super(`${file}: expected ${expected}, found ${found}`);
  }
}
