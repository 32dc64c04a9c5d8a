import { bytesOf, i32, unsigned, VALUE_TYPES, type Code, type ValueType, whileTrue } from './code.js';

/** A local variable of a function: itself (as code that reads it) and what writes it. */
export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}

type Locals<Count extends number, Found extends readonly Local[] = readonly []> = number extends Count
  ? readonly Local[]
  : Found['length'] extends Count
    ? Found
    : Locals<Count, readonly [...Found, Local]>;

/** The locals of a function that is being written. */
export class Scope {
  readonly types: ValueType[] = [];

  local(type: ValueType): Local {
    const index = unsigned(this.types.push(type) - 1);
    return { get: [0x20, ...index], set: (value) => [...value, 0x21, ...index] };
  }

  locals<Count extends number>(type: ValueType, count: Count): Locals<Count> {
    return Array.from({ length: count }, () => this.local(type)) as unknown as Locals<Count>;
  }

  /** Runs `body` for `index` from 0 on, while it is below `count` (without signs). */
  count(index: Local, count: Code, body: readonly Code[], { from = i32.const(0), by = 1 } = {}): Code {
    return [
      ...index.set(from),
      ...whileTrue(i32.below(index.get, count), [...body, index.set(i32.add(index.get, i32.const(by)))]),
    ];
  }
}

export interface FunctionSource {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  write(scope: Scope, parameters: readonly Local[]): readonly Code[];
}

const memories = {
  /** Up to 4 GiB that threads share. */
  shared: [0x03, ...unsigned(1), ...unsigned(65536)],
  /** One page of 64 KiB. */
  page: [0x01, ...unsigned(1), ...unsigned(1)],
} as const;

/**
 * The binary of a module whose functions return nothing, work on an imported memory `env.memory`, are all exported,
 * and lie in table 0 in their order.
 */
export function assemble(functions: readonly FunctionSource[], memory: keyof typeof memories): Uint8Array<ArrayBuffer> {
  const signatures = [...new Set(functions.map(({ parameters }) => parameters.join()))];
  const types = signatures.map((signature) => {
    const parameters = signature.split(',').flatMap((type) => VALUE_TYPES[type as ValueType] ?? []);
    return [0x60, ...unsigned(parameters.length), ...parameters, 0];
  });
  const bodies = functions.map((source) => {
    const scope = new Scope();
    const parameters = source.parameters.map((type) => scope.local(type));
    const code = source.write(scope, parameters);
    const locals = scope.types.slice(parameters.length).map((type) => [1, VALUE_TYPES[type]]);
    const body = bytesOf([list(locals), code, 0x0b]);
    return [unsigned(body.length), body];
  });
  const everyFunction = functions.map((_, index) => unsigned(index));
  const sections: Code = [
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, list(types)),
    section(2, list([[text('env'), text('memory'), 0x02, memories[memory]]])),
    section(3, list(functions.map(({ parameters }) => unsigned(signatures.indexOf(parameters.join()))))),
    section(4, list([[0x70, 0x00, unsigned(functions.length)]])),
    section(7, list(functions.map(({ name }, index) => [text(name), 0x00, unsigned(index)]))),
    section(9, list([[0x00, i32.const(0), 0x0b, list(everyFunction)]])),
    section(10, list(bodies)),
  ];
  return Uint8Array.from(bytesOf(sections));
}

const list = (items: readonly Code[]): Code => [unsigned(items.length), ...items];
const section = (id: number, content: Code): Code => {
  const bytes = bytesOf(content);
  return [id, unsigned(bytes.length), bytes];
};
const text = (value: string): Code => list([...Buffer.from(value)].map((byte) => [byte]));
