import { parseArgs } from 'node:util';
import { commandHelp, commands, type CommandUsage, type Option } from './usage.js';

/** A syntactically valid command line. */
export interface Invocation {
  readonly command: CommandUsage;
  /** As many as the command requires, plus optional ones. */
  readonly args: readonly string[];
  /** Values of options by name, in order; a flag has one empty value. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** A mistake in the command line. */
export interface UsageMistake {
  readonly message: string;
  /** Position of the argument in `argv`. */
  readonly at: number;
  readonly expected: string;
  /** Candidates for the intended name. */
  readonly known: readonly string[];
  readonly next: string;
}

export type Parsed =
  | { readonly type: 'help'; readonly text: string }
  | { readonly type: 'invocation'; readonly invocation: Invocation }
  | { readonly type: 'mistake'; readonly mistake: UsageMistake };

const mistake = (at: number, message: string, expected: string, known: readonly string[], next: string): Parsed => ({
  type: 'mistake',
  mistake: { message, at, expected, known, next },
});

/** Finds the command that the first words name, and the number of those words. */
function findCommand(argv: readonly string[]): { command: CommandUsage; words: number } | null {
  for (const command of commands) {
    const words = command.name.split(' ');
    if (words.every((word, at) => argv[at] === word)) return { command, words: words.length };
  }
  return null;
}

function unknownCommand(argv: readonly string[]): Parsed {
  const [first = ''] = argv;
  const seconds = commands.map(({ name }) => name.split(' ')).filter(([word]) => word === first);
  const at = seconds.length > 0 ? 1 : 0;
  const known =
    seconds.length > 0
      ? seconds.map(([, word]) => word!)
      : [...new Set(commands.map(({ name }) => name.split(' ')[0]!))];
  const typed = argv[at];
  const message =
    typed === undefined
      ? `\`${first}\` needs a subcommand`
      : `there is no command \`${argv.slice(0, at + 1).join(' ')}\``;
  return mistake(
    at,
    message,
    known.map((word) => [...argv.slice(0, at), word].join(' ')).join(', '),
    known,
    'twoshot --help',
  );
}

/** The help of a first word that needs a second one, as of `engine`; null for anything else. */
function groupHelp([first = '', ...rest]: readonly string[]): Parsed | null {
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  const wanted = rest.some((word) => word === '--help' || word === '-h');
  return group.length === 0 || !wanted ? null : { type: 'help', text: group.map(commandHelp).join('\n\n') };
}

/** Reads a command line. */
export function parse(argv: readonly string[]): Parsed {
  const found = findCommand(argv);
  if (found === null) return groupHelp(argv) ?? unknownCommand(argv);
  const { command, words } = found;
  const rest = argv.slice(words);
  const next = `twoshot ${command.name} --help`;
  const known = new Map<string, Option>(command.options.map((option) => [option.name, option]));
  const { tokens } = parseArgs({
    args: [...rest],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      command.options.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string' } as const]),
    ),
  });
  const args: { readonly text: string; readonly at: number }[] = [];
  const options = new Map<string, string[]>();
  for (const token of tokens) {
    const at = words + token.index;
    if (token.kind === 'positional') args.push({ text: token.value, at });
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'h') return { type: 'help', text: commandHelp(command) };
    const option = known.get(token.name);
    const names = command.options.map(({ name }) => `--${name}`);
    if (option === undefined)
      return mistake(
        at,
        `${command.name} has no option \`${token.rawName}\``,
        names.join(', ') || 'no option',
        names,
        next,
      );
    if (option.value !== undefined && token.value === undefined)
      return mistake(at, `--${option.name} needs a value`, `--${option.name} ${option.value}`, [], next);
    if (option.value === undefined && token.value !== undefined)
      return mistake(at, `--${option.name} takes no value`, `--${option.name}`, [], next);
    const values = options.get(option.name) ?? [];
    if (values.length > 0 && option.many !== true)
      return mistake(at, `--${option.name} is given twice`, `--${option.name} once`, [], next);
    options.set(option.name, [...values, token.value ?? '']);
  }
  const required = command.args.filter((name) => !name.startsWith('['));
  const usage = ['twoshot', command.name, ...command.args].join(' ');
  if (args.length < required.length)
    return mistake(argv.length, `${required[args.length]!} is missing`, usage, [], next);
  const extra = command.args.at(-1)?.endsWith('...]') === true ? undefined : args[command.args.length];
  if (extra !== undefined) return mistake(extra.at, `\`${extra.text}\` is an unexpected argument`, usage, [], next);
  return { type: 'invocation', invocation: { command, args: args.map(({ text }) => text), options } };
}
