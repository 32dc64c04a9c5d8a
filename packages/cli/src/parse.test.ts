import { expect, test } from 'vitest';
import { parse, type Parsed } from './parse.js';

const told = (line: string): string => {
  const parsed: Parsed = parse(line.split(' '));
  switch (parsed.type) {
    case 'help':
      return parsed.text.split('\n')[0]!;
    case 'mistake':
      return `${parsed.mistake.message} (at ${parsed.mistake.at})`;
    case 'invocation': {
      const { command, args, options } = parsed.invocation;
      return JSON.stringify([command.name, args, Object.fromEntries(options)]);
    }
    default:
      return 'something else';
  }
};

test.each([
  ['run full', '["run",["full"],{}]'],
  ['run full --json --seed 3', '["run",["full"],{"json":[""],"seed":["3"]}]'],
  ['run --set a.b=1 full --set c.d=[1,2]', '["run",["full"],{"set":["a.b=1","c.d=[1,2]"]}]'],
  ['run full --set=data.path=/a=b', '["run",["full"],{"set":["data.path=/a=b"]}]'],
  ['run full --set a.rate=-1', '["run",["full"],{"set":["a.rate=-1"]}]'],
  ['why full backbone@seed=1', '["why",["full","backbone@seed=1"],{}]'],
  ['stages', '["stages",[],{}]'],
  ['engine setup', '["engine setup",[],{}]'],
  ['engine --help', 'usage: twoshot engine setup'],
  ['compare a b c --draws 1-3', '["compare",["a","b","c"],{"draws":["1-3"]}]'],
])('%s', (line, expected) => {
  expect(told(line)).toBe(expected);
});

test.each([
  ['rnu full', 'there is no command `rnu` (at 0)'],
  ['engine', '`engine` needs a subcommand (at 1)'],
  ['engine start', 'there is no command `engine start` (at 1)'],
  ['run', 'PIPELINE is missing (at 1)'],
  ['run a b', '`b` is an unexpected argument (at 2)'],
  ['run a --sed 3', 'run has no option `--sed` (at 2)'],
  ['run a --seed', '--seed needs a value (at 2)'],
  ['run a --json=yes', '--json takes no value (at 2)'],
  ['run a --seed 1 --seed 2', '--seed is given twice (at 4)'],
  ['dag a -m', 'dag has no option `-m` (at 2)'],
])('the mistake in: %s', (line, expected) => {
  expect(told(line)).toBe(expected);
});

test('--help of a command works at any position', () => {
  expect(told('run full --help')).toBe('usage: twoshot run PIPELINE [OPTIONS]');
  expect(told('engine setup -h')).toBe('usage: twoshot engine setup');
});
