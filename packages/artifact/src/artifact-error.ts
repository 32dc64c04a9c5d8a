/** A file of an artifact that is not what it should be: truncated, foreign, or of another kind. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  readonly file: string;
  readonly expected: string;
  readonly found: string;

  constructor(file: string, expected: string, found: string) {
    super(`${file}: expected ${expected}, found ${found}`);
    this.file = file;
    this.expected = expected;
    this.found = found;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
