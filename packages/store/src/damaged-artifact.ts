/** An artifact of the store is not what was put there: its content has another digest. The store has dropped it. */
export class DamagedArtifactError extends Error {
  override readonly name = 'DamagedArtifactError';
  readonly digest: string;
  /** Where it lay. */
  readonly path: string;

  constructor(digest: string, path: string) {
    super(`the artifact ${path} is not what was stored there`);
    this.digest = digest;
    this.path = path;
  }
}
