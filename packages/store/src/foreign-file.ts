/** Something in an artifact is not a regular file, so that its content may change unnoticed. */
export class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError';
  readonly path: string;
  readonly found: string;

  constructor(path: string, found: string) {
    super(`${path} is ${found}; an artifact holds folders, and files of its own`);
    this.path = path;
    this.found = found;
  }
}
