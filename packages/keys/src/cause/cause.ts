import type { Json } from '@twoshot/artifact';
import { unreachable } from '@twoshot/diagnostics';

/** One reason why an earlier result of the same stage does not apply. */
export type Cause =
  /** The stage of this pipeline has no earlier result in the store. */
  | { readonly type: 'first-run' }
  | { readonly type: 'forced' }
  /** The artifacts of the stored result are missing or were changed. */
  | { readonly type: 'damaged' }
  | { readonly type: 'stage'; readonly from: string; readonly to: string }
  /** Modules by path relative to the workspace. */
  | { readonly type: 'code'; readonly modules: readonly string[] }
  /** Version of an external package; null where it was or is not used. */
  | { readonly type: 'package'; readonly name: string; readonly from: string | null; readonly to: string | null }
  | { readonly type: 'param'; readonly name: string; readonly from: Json; readonly to: Json }
  /** The content of a file or folder outside the store. */
  | { readonly type: 'external'; readonly name: string }
  | {
      readonly type: 'input';
      readonly port: string;
      /** Stage that gives it. */
      readonly from: string | null;
      /** Origin of the change; empty if it was in another run. */
      readonly roots: readonly Root[];
    }
  /** A different number of artifacts on a port. */
  | { readonly type: 'wiring'; readonly port: string; readonly from: string; readonly to: string }
  | { readonly type: 'env'; readonly name: string; readonly from: string | null; readonly to: string | null }
  | { readonly type: 'engine'; readonly field: string; readonly from: Json; readonly to: Json }
  | { readonly type: 'seed' }
  /** The pipeline around a stage that reads its whole graph. */
  | { readonly type: 'graph' }
  | { readonly type: 'format'; readonly from: string; readonly to: string };

/** A change that reached a stage through its inputs. */
export interface Root {
  readonly stage: string;
  readonly cause: Exclude<Cause, { readonly type: 'input' }>;
}

const longest = 60;

const show = (value: Json | undefined): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
};

const namesOf = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

/** One cause in words, without a full stop: `param steps 1500 -> 2000`. */
export function describeCause(cause: Cause): string {
  switch (cause.type) {
    case 'first-run':
      return 'first run';
    case 'forced':
      return 'forced';
    case 'damaged':
      return 'the stored result is damaged';
    case 'stage':
      return `stage ${cause.from} -> ${cause.to}`;
    case 'code':
      return cause.modules.length === 0 ? 'code changed' : `code changed (${namesOf(cause.modules)})`;
    case 'package':
      return `package ${cause.name} ${cause.from ?? 'not used'} -> ${cause.to ?? 'not used'}`;
    case 'param':
      return `param ${cause.name} ${show(cause.from)} -> ${show(cause.to)}`;
    case 'external':
      return `content of param ${cause.name} changed`;
    case 'input':
      return `input ${cause.port} changed${describeOrigin(cause)}`;
    case 'wiring':
      return `input ${cause.port} ${cause.from} -> ${cause.to}`;
    case 'env':
      return `environment ${cause.name} ${show(cause.from)} -> ${show(cause.to)}`;
    case 'engine':
      return `engine ${cause.field} ${show(cause.from)} -> ${show(cause.to)}`;
    case 'seed':
      return 'seed changed';
    case 'graph':
      return 'the pipeline changed';
    case 'format':
      return `format ${cause.from} -> ${cause.to}`;
    default:
      return unreachable(cause);
  }
}

/** The root of a change in words: `data: param draw 1 -> 7`. */
export const describeRoot = ({ stage, cause }: Root): string => `${stage}: ${describeCause(cause)}`;

type InputCause = Extract<Cause, { readonly type: 'input' }>;

function describeOrigin({ from, roots }: InputCause): string {
  if (roots.length > 0) return ` (${roots.map(describeRoot).join('; ')})`;
  return from === null ? '' : ` (${from})`;
}

/** Causes in one line; inputs with the same origin share one. */
export function describeCauses(causes: readonly Cause[]): string {
  const ports = new Map<string, Set<string>>();
  const texts = causes.map((cause) => {
    if (cause.type !== 'input') return describeCause(cause);
    const origin = describeOrigin(cause);
    ports.set(origin, (ports.get(origin) ?? new Set()).add(cause.port));
    return origin;
  });
  const inputs = (origin: string): string => {
    const names = [...ports.get(origin)!];
    return `input${names.length === 1 ? '' : 's'} ${names.join(', ')} changed${origin}`;
  };
  return [...new Set(texts)].map((text) => (ports.has(text) ? inputs(text) : text)).join('; ');
}
