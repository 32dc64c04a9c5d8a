import { type Failure, quote } from '@twoshot/diagnostics';
import type { LoadedStage } from '../catalogue/catalogue.js';
import type { AxisValue, PipelineOutput } from './graph.js';
import type { Entries } from '../yaml/located.js';
import { maxStages } from '../limits.js';
import { checkPoint, countAt, edgesAt } from './matrix.js';
import { showReference, type Reference } from './reference.js';
import { lookUp } from './wire.js';

/** An output of the file, resolved. */
export interface NamedReference {
  readonly name: string;
  readonly reference: Reference;
}

/** Resolves the entries of `outputs:`; a repeated artifact and a repeated file name are failures. */
export function readOutputs(
  outputs: Entries,
  stages: ReadonlyMap<string, LoadedStage>,
): { named: NamedReference[]; failures: Failure[] } {
  const failures: Failure[] = [];
  const named: NamedReference[] = [];
  const taken = new Map<string, string>();
  for (const [name, { key, value }] of outputs) {
    const reference = lookUp(value, stages, failures);
    if (reference === null) continue;
    const edge = showReference(reference);
    const fileName = `${name}.${reference.port}`;
    // Not every file system distinguishes `Page.html` from `page.html`.
    for (const [claim, what] of [
      [`file ${fileName.toLowerCase()}`, `would be the file ${quote(fileName)}`],
      [`edge ${edge}`, `are ${quote(edge)}`],
    ] as const) {
      const other = taken.get(claim);
      if (other === undefined) {
        taken.set(claim, name);
        continue;
      }
      failures.push({
        code: 'duplicate-output',
        message: `two outputs ${what}: ${quote(other)} and ${quote(name)}`,
        where: key,
        related: [{ label: 'the other one', where: outputs.get(other)?.key ?? key }],
        next: 'remove one of the two',
      });
      break;
    }
    named.push({ name, reference });
  }
  return { named, failures };
}

/** One output for each matrix point of the named stage. */
export function unfoldOutputs(
  named: readonly NamedReference[],
  axes: ReadonlyMap<string, ReadonlyMap<string, readonly AxisValue[]>>,
): { outputs: PipelineOutput[]; failures: Failure[] } {
  const failures = named.flatMap(({ reference }) => checkPoint(reference, axes.get(reference.instance) ?? new Map()));
  const count = named.reduce((sum, { reference }) => sum + countAt(reference, new Map(), axes), 0);
  if (count > maxStages)
    failures.push({
      code: 'too-large',
      message: `the outputs are ${count} artifacts`,
      where: named[0]?.reference.where ?? null,
      expected: `at most ${maxStages}`,
      next: 'name one point of a matrix, as `stage@axis=value.port`',
    });
  if (failures.length > 0) return { outputs: [], failures };
  const outputs = named.flatMap(({ name, reference }) =>
    edgesAt(reference, {}, axes).map(({ stage, port }) => {
      const several = stage.includes('@') && reference.point.size === 0;
      const full = several ? `${name}${stage.slice(stage.indexOf('@'))}` : name;
      return { name: full, stage, port, fileName: `${full}.${port}` };
    }),
  );
  return { outputs, failures };
}
