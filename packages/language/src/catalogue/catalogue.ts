import type { Declaration } from '@twoshot/stage';

/** A stage that a package offers, not loaded. */
export interface CatalogueEntry {
  /** `family/implementation`. */
  readonly name: string;
  /** Name of the package. */
  readonly package: string;
  /** Absolute path of the package's package.json. */
  readonly manifest: string;
  /** Absolute path of the stage's file. */
  readonly entry: string;
}

/** All stages by name, sorted. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>;

/** A stage whose file has been imported. */
export interface LoadedStage extends CatalogueEntry {
  readonly declaration: Declaration;
}
