/** A file of the Python package index, pinned by its digest. */
export interface Wheel {
  /** The name as pip spells it in a requirement. */
  readonly project: string;
  readonly version: string;
  readonly sha256: string;
  /** Whether the path of a member is needed here. */
  wants(member: string): boolean;
}
