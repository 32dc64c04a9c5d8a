/** The sources of a bundle's digest, to name what changed. */
export interface CodeRecord {
  readonly hash: string;
  /** Digest of every module after tree shaking, by path relative to the workspace. */
  readonly modules: Readonly<Record<string, string>>;
  /** Versions of external packages. */
  readonly packages: Readonly<Record<string, string>>;
}
