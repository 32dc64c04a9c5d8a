import { dirname, resolve } from 'node:path';
import { failed, type Failure, quote, type Result, success } from '@twoshot/diagnostics';
import type { Catalogue, CatalogueEntry } from './catalogue.js';
import { isRecord, offeringPackages, placeIn, type Manifest } from './packages.js';

const stageName = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/;

/**
 * Finds the stages that packages offer under `twoshot.catalogue` of their package.json: the packages of the workspace,
 * and those that its package.json depends on. Nothing is imported.
 *
 * @param workspace Absolute path of the workspace root.
 */
export async function discoverCatalogue(workspace: string): Promise<Result<Catalogue>> {
  const manifests = await offeringPackages(workspace);
  if (!manifests.ok) return manifests;
  const failures: Failure[] = [];
  const stages = new Map<string, CatalogueEntry>();
  for (const manifest of manifests.value) {
    for (const entry of offered(manifest, failures)) {
      const other = stages.get(entry.name);
      if (other === undefined) stages.set(entry.name, entry);
      else failures.push(duplicate(entry, other, manifest));
    }
  }
  if (failures.length > 0) return failed(...failures);
  return success(new Map([...stages].sort(([a], [b]) => (a < b ? -1 : 1))));
}

function offered(manifest: Manifest, failures: Failure[]): CatalogueEntry[] {
  const twoshot = manifest.content['twoshot'];
  const catalogue = isRecord(twoshot) ? twoshot['catalogue'] : undefined;
  if (catalogue === undefined) return [];
  const broken = (message: string, expected: string, ...path: string[]): void => {
    const where = placeIn(manifest, ['twoshot', 'catalogue', ...path]);
    failures.push({ code: 'broken-catalogue', message, where, expected });
  };
  if (!isRecord(catalogue)) {
    broken('the catalogue is not a map', 'a map from `family/implementation` to a file');
    return [];
  }
  const entries: CatalogueEntry[] = [];
  for (const [name, file] of Object.entries(catalogue)) {
    if (!stageName.test(name)) {
      broken(`${quote(name)} is not a valid stage name`, '`family/implementation` in lower case', name);
    } else if (typeof file !== 'string') {
      broken(`the stage ${quote(name)} names no file`, 'a path relative to this package.json', name);
    } else {
      const folder = dirname(manifest.file);
      entries.push({ name, package: manifest.name, manifest: manifest.file, entry: resolve(folder, file) });
    }
  }
  return entries;
}

function duplicate(entry: CatalogueEntry, other: CatalogueEntry, manifest: Manifest): Failure {
  return {
    code: 'duplicate-stage',
    message: `two packages have a stage ${quote(entry.name)}: ${quote(other.package)} and ${quote(entry.package)}`,
    where: placeIn(manifest, ['twoshot', 'catalogue', entry.name]),
    next: 'rename one of them',
  };
}
