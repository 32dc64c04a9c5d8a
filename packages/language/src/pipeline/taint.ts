import { type Failure, quote } from '@twoshot/diagnostics';
import type { Instance, Instances } from './instance.js';
import { showReference } from './reference.js';

/**
 * Finds edges from scoring stages to anything but reports: through these, hidden labels would reach training, inference
 * or selection.
 *
 * @param order The instances in topological order.
 */
export function findLeaks(instances: Instances, order: readonly string[]): Failure[] {
  const failures: Failure[] = [];
  /** The path of hidden labels to a stage, as edges. */
  const paths = new Map<string, readonly string[]>();
  for (const name of order) {
    const instance = instances.get(name);
    if (instance === undefined) continue;
    if (instance.stage.declaration.scores === true) paths.set(name, truthReferences(instance));
    for (const [port, { references }] of instance.inputs) {
      for (const reference of references) {
        const path = paths.get(reference.instance);
        if (path === undefined) continue;
        const onwards = [...path, showReference(reference)];
        if (!mayTakeScored(instance)) {
          const shown = [...onwards, `${name}.${port}`].map(quote).join(' -> ');
          failures.push({
            code: 'hidden-labels',
            message: `hidden labels would reach ${quote(name)} (${instance.stage.name}): ${shown}`,
            where: reference.where,
            expected: 'outputs of scoring stages only at stages that report and in `outputs:`',
            found: `${quote(showReference(reference))}, which comes from scoring`,
            next: `remove this edge, or make ${quote(name)} select without hidden labels`,
          });
        } else if (!paths.has(name)) {
          paths.set(name, onwards);
        }
      }
    }
  }
  return failures;
}

function truthReferences({ inputs }: Instance): string[] {
  const answers = [...inputs.values()].filter(({ port }) => port.kind === 'truth');
  return answers.flatMap(({ references }) => references.slice(0, 1).map(showReference));
}

const mayTakeScored = ({ stage: { declaration } }: Instance): boolean =>
  declaration.reports === true || declaration.scores === true;
