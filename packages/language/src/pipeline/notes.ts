import { listNames, quote, type Where } from '@twoshot/diagnostics';
import type { Changes } from './changes.js';
import type { StageBlock } from './document.js';
import type { Instance, Instances } from './instance.js';

/** What a valid pipeline may not mean as it is written. */
export interface Note {
  /** `replaced`: another `use` inherits less than before; `unused`: a new stage that may be a misspelt override. */
  readonly about: 'replaced' | 'unused';
  readonly message: string;
  readonly where: Where;
}

/** Whether a stage is of no use unless another one takes its outputs; scores and pages are read by people. */
const isDeadEnd = (instance: Instance | undefined): boolean => {
  const { scores, reports } = instance?.stage.declaration ?? { scores: true };
  return scores !== true && reports !== true;
};

/** What `extends` left out, and stages that look like misspelt overrides. */
export function notesOn(
  changes: Changes,
  blocks: ReadonlyMap<string, StageBlock>,
  instances: Instances,
  exported: ReadonlySet<string>,
): Note[] {
  const replaced = [...changes.replaced].flatMap(([name, { where, use, params }]): Note[] => {
    const instance = instances.get(name);
    const edges = [...(blocks.get(name)?.inputs ?? [])]
      .filter(([port, { carried }]) => carried === true && (instance?.inputs.get(port)?.references ?? []).length === 0)
      .map(([port]) => port);
    const left = [
      ...(params.length === 0 ? [] : [`the params ${listNames(params)}`]),
      ...(edges.length === 0 ? [] : [`the edges of ${listNames(edges)}`]),
    ];
    if (instance === undefined || left.length === 0) return [];
    const message = `${quote(name)} is now ${instance.stage.name}: it does not inherit ${left.join(' and ')} of ${use}`;
    return [{ about: 'replaced', message, where }];
  });
  const taken = new Set(exported);
  for (const { inputs } of instances.values())
    for (const { references } of inputs.values()) for (const { instance } of references) taken.add(instance);
  const unused = [...changes.added]
    .filter(([name]) => isDeadEnd(instances.get(name)) && !taken.has(name))
    .map(([name, { where, near }]): Note => {
      const message = `${quote(name)} is a new stage, and nothing takes its outputs; to override ${quote(near)}, use its name`;
      return { about: 'unused', message, where };
    });
  return [...replaced, ...unused];
}
