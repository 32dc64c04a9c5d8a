import { inspect } from 'node:util';

/** Params whose reads are recorded. */
export interface TrackedParams {
  readonly params: Readonly<Record<string, unknown>>;
  /** Names read so far, sorted; absent ones count. */
  readonly reads: () => string[];
}

/** Names that the language itself reads from any object, which do not depend on the stage. */
const unspoken = new Set(['then', 'toJSON', ...Object.getOwnPropertyNames(Object.prototype)]);

/**
 * Records which params a stage reads: only these enter the key of its result.
 *
 * A read in an inner loop costs as much as that of any other object, since a getter is compiled into the loop; a proxy
 * is not. So only names that the object lacks meet one, in its prototype. Asking which names there are is not recorded:
 * they are those of the declaration, which is part of the code.
 */
export function trackParams(values: Readonly<Record<string, unknown>>): TrackedParams {
  const read = new Set<string>();
  const params = Object.create(new Proxy(Object.prototype, absentNames(read))) as Record<string, unknown>;
  for (const [name, value] of Object.entries(values)) {
    let isRead = false;
    Object.defineProperty(params, name, {
      enumerable: true,
      get() {
        if (!isRead) {
          isRead = true;
          read.add(name);
        }
        return value;
      },
      set: readOnly,
    });
  }
  return { params: Object.preventExtensions(params), reads: () => [...read].sort() };
}

const absentNames = (read: Set<string>): ProxyHandler<object> => {
  const record = (name: string | symbol): void => {
    if (typeof name === 'string' && !unspoken.has(name)) read.add(name);
  };
  return {
    get(target, name, receiver: object): unknown {
      if (name === inspect.custom) return () => ({ ...receiver });
      record(name);
      return Reflect.get(target, name, receiver);
    },
    has(target, name) {
      record(name);
      return Reflect.has(target, name);
    },
    set: readOnly,
  };
};

function readOnly(): never {
  throw new TypeError('the params of a stage cannot be changed');
}
