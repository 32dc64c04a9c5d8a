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

/** The code of an error of the operating system, e.g. `ENOENT`; null for anything else. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
