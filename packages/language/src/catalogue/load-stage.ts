import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { descriptionOf, type Declaration } from '@twoshot/stage';
import {
  describeValue,
  displayPath,
  failed,
  type Failure,
  quote,
  type Result,
  success,
  type Where,
} from '@twoshot/diagnostics';
import type { Catalogue, CatalogueEntry, LoadedStage, StageLoader } from './catalogue.js';

/** Imports the file of a stage and checks that its default export is a declaration of that name. */
export const loadStage: StageLoader = async (entry) => {
  if (!existsSync(entry.entry)) {
    return failed(broken(entry, 'its file does not exist', { next: 'npx tsc -b' }));
  }
  let module: unknown;
  try {
    module = await import(pathToFileURL(entry.entry).href);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const thrown = error instanceof Error ? placeOf(error) : null;
    const related = thrown === null ? {} : { related: [{ label: 'thrown here', where: thrown }] };
    if (error instanceof SyntaxError) return failed(broken(entry, reason, { next: `node --check ${entry.entry}` }));
    return failed(broken(entry, reason, related));
  }
  const declaration: unknown = isRecord(module) ? module['default'] : undefined;
  if (!isDeclaration(declaration)) {
    return failed(
      broken(entry, 'its default export is not a stage declaration', {
        expected: '`export default defineStage({ name, summary, params, inputs, outputs, run })`',
      }),
    );
  }
  if (declaration.name !== entry.name) {
    return failed(
      broken(entry, 'its declaration has another name than the catalogue', {
        expected: quote(entry.name),
        found: describeValue(declaration.name),
      }),
    );
  }
  try {
    return success({ ...entry, declaration: descriptionOf(declaration) });
  } catch (error) {
    return failed(broken(entry, error instanceof Error ? error.message : String(error)));
  }
};

/** Imports every stage of the catalogue, for listings and schemas; those that cannot be loaded are all reported. */
export async function loadAllStages(catalogue: Catalogue): Promise<Result<readonly LoadedStage[]>> {
  const results = await Promise.all([...catalogue.values()].map(loadStage));
  const failures = results.flatMap((result) => (result.ok ? [] : result.failures));
  return failures.length > 0 ? failed(...failures) : success(results.flatMap((each) => (each.ok ? [each.value] : [])));
}

function broken(entry: CatalogueEntry, reason: string, parts: Partial<Failure> = {}): Failure {
  const file = quote(displayPath(entry.entry));
  return {
    message: `the stage ${quote(entry.name)} cannot be loaded from ${file}: ${reason}`,
    where: null,
    ...parts,
    code: 'broken-stage',
  };
}

/** Where in the project an error was thrown; Node does not report the position of a syntax error. */
function placeOf(error: Error): Where | null {
  for (const [, path = '', line, column] of (error.stack ?? '').matchAll(
    /(?<=^|[\s(])((?:file:\/\/)?\/[^\s():]+):(\d+)(?::(\d+))?/g,
  )) {
    const file = path.startsWith('file:') ? fileURLToPath(path) : path;
    if (!file.includes('/node_modules/')) return { file, line: Number(line), column: Number(column ?? 1) };
  }
  return null;
}

function isDeclaration(value: unknown): value is Declaration {
  if (!isRecord(value)) return false;
  const { name, summary, params, inputs, outputs, run } = value;
  return (
    typeof name === 'string' &&
    typeof summary === 'string' &&
    typeof run === 'function' &&
    isRecord(params) &&
    Object.values(params).every((param) => isRecord(param) && isRecord(param['schema'])) &&
    [inputs, outputs].every(
      (ports) =>
        isRecord(ports) && Object.values(ports).every((port) => isRecord(port) && typeof port['kind'] === 'string'),
    )
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
