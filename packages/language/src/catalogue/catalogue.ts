import type { Result } from '@twoshot/diagnostics';
import type { Description } from '@twoshot/stage';

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

/** A stage with what it declares. */
export interface LoadedStage extends CatalogueEntry {
  readonly declaration: Description;
}

/** Finds out what a stage of the catalogue declares. */
export type StageLoader = (entry: CatalogueEntry) => Promise<Result<LoadedStage>>;
