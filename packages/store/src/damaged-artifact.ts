/** An artifact of the store was changed: its content has another digest. The store has dropped it. */
export class DamagedArtifactError extends Error {
  override readonly name = 'DamagedArtifactError';
  readonly digest: string;
  /** Where it lay. */
  readonly path: string;

  constructor(digest: string, path: string) {
    super(`the artifact ${path} has changed since it was stored`);
    this.digest = digest;
    this.path = path;
  }
}
