/** Params whose reads are recorded. */
export interface TrackedParams {
  readonly params: Readonly<Record<string, unknown>>;
  /** Names read so far, sorted: absent ones count, and enumerating reads all. */
  readonly reads: () => string[];
}

/** Names that the language itself reads from any object, which do not depend on the stage. */
const unspoken = new Set(['then', 'toJSON', ...Object.getOwnPropertyNames(Object.prototype)]);

/** Records which params a stage reads: only these enter the key of its result. */
export function trackParams(values: Readonly<Record<string, unknown>>): TrackedParams {
  const read = new Set<string>();
  const record = (name: string | symbol): void => {
    if (typeof name === 'string' && (Object.hasOwn(values, name) || !unspoken.has(name))) read.add(name);
  };
  const params = new Proxy(values, {
    get(target, name, receiver): unknown {
      record(name);
      return Reflect.get(target, name, receiver);
    },
    has(target, name) {
      record(name);
      return Reflect.has(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      record(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
    ownKeys(target) {
      const names = Reflect.ownKeys(target);
      for (const name of names) record(name);
      return names;
    },
    set: readOnly,
    defineProperty: readOnly,
    deleteProperty: readOnly,
  });
  return { params, reads: () => [...read].sort() };
}

function readOnly(): never {
  throw new TypeError('the params of a stage cannot be changed');
}
