import { unreachable } from '../unreachable.js';
import type { Json } from '@twoshot/artifact';

/** One reason why a result is not an earlier one of the same stage. */
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
  | { readonly type: 'input'; readonly port: string; readonly from: string | null; readonly because: readonly Cause[] }
  /** Other artifacts on a port: more, fewer, or none. */
  | { readonly type: 'wiring'; readonly port: string; readonly from: string; readonly to: string }
  | { readonly type: 'env'; readonly name: string; readonly from: string | null; readonly to: string | null }
  | { readonly type: 'engine'; readonly field: string; readonly from: Json; readonly to: Json }
  | { readonly type: 'seed' }
  /** The pipeline around a stage that looked at all of it. */
  | { readonly type: 'graph' }
  | { readonly type: 'format'; readonly from: string; readonly to: string };

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
      return `what param ${cause.name} names has another content`;
    case 'input':
      return `input ${cause.port} changed${cause.from === null ? '' : ` (${cause.from}${cause.because.length === 0 ? '' : `: ${describeCauses(cause.because)}`})`}`;
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

export const describeCauses = (causes: readonly Cause[]): string => causes.map(describeCause).join('; ');
