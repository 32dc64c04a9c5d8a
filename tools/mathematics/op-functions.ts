import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Documented, packageExports } from './sources.js';

/** Carries numbers to a function and back, and is not what an op is about. */
const carriers = new Set([
  'argMaxRows',
  'compose',
  'createRandom',
  'denseFromGraph',
  'disposeModule',
  'graphFromDense',
  'matrixOf',
  'oneHot',
  'softmaxRows',
  'valuesOf',
  'variableOf',
]);

const packagesInOrder = ['nn', 'geometry', 'fewshot', 'ensembling', 'vision', 'evaluate', 'engine'] as const;
const known = new Map<string, readonly Documented[]>();

function exportsOf(packageName: string): readonly Documented[] {
  const found = known.get(packageName) ?? packageExports(packageName);
  known.set(packageName, found);
  return found;
}

function find(name: string, origin: string): Documented | undefined {
  const own = origin.replace('@twoshot/', '');
  for (const packageName of [own, ...packagesInOrder.filter((other) => other !== own)]) {
    const entry = exportsOf(packageName).find((candidate) => candidate.name === name);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** Names that a table imports as values: local name to what it is called where it comes from, and where that is. */
function imports(source: string): Map<string, { name: string; origin: string }> {
  const found = new Map<string, { name: string; origin: string }>();
  for (const [, names = '', origin = ''] of source.matchAll(/^import \{([^}]*)\} from '([^']+)'/gm))
    for (const part of names.split(',').map((text) => text.trim())) {
      if (part === '' || part.startsWith('type ')) continue;
      const [name = '', local = name] = part.split(' as ');
      if (origin.startsWith('@twoshot/') && !carriers.has(name) && name !== 'tf') found.set(local, { name, origin });
    }
  return found;
}

/** Text of each top-level declaration that is not an op, by its name: an op may reach its function through one of them. */
function declarations(source: string): Map<string, string> {
  const starts = [...source.matchAll(/^(?:export )?(?:async )?(?:function|const) (\w+)/gm)];
  return new Map(starts.map(({ index, 1: name = '' }, i) => [name, source.slice(index, starts[i + 1]?.index)]));
}

/** The functions that a golden op calls, as its table in test/golden/ops says: op to functions. */
export function opFunctions(table: string): Map<string, Documented[]> {
  const source = readFileSync(table, 'utf8');
  const given = imports(source);
  const local = declarations(source);
  const namespace = /^import \* as (\w+) from '(@twoshot\/[^']+)'/m.exec(source);
  const body = source.slice(source.indexOf('export const ops'));
  const entries = [...body.matchAll(/^ {2}(?:'([^']+)'|(\w+))(?:: |,)/gm)];
  return new Map(
    entries.map(({ 0: start, index, 1: quoted, 2: plain = '' }, i) => {
      // \`sgd,\` stands for \`sgd: sgd,\`.
      const from = start.endsWith(',') ? index : index + start.length;
      return [quoted ?? plain, called(body.slice(from, entries[i + 1]?.index))];
    }),
  );

  function called(text: string, depth = 0): Documented[] {
    const found = new Map<string, Documented>();
    const add = (entry: Documented | undefined): void => {
      if (entry !== undefined && !carriers.has(entry.name)) found.set(entry.name, entry);
    };
    for (const [word] of text.replaceAll('...', ' ').matchAll(/(?<![\w.'"])[A-Za-z]\w*(?:\.\w+)?/g)) {
      const [first = '', second] = word.split('.');
      if (namespace !== null && first === namespace[1] && second !== undefined) add(find(second, namespace[2]!));
      const entry = given.get(first);
      if (entry !== undefined) add(find(entry.name, entry.origin));
      const declaration = local.get(first);
      if (entry === undefined && declaration !== undefined && first !== 'ops' && depth < 2)
        for (const inner of called(declaration.slice(declaration.indexOf('(')), depth + 1)) add(inner);
    }
    return [...found.values()];
  }
}

export const tableOf = (family: string): string => join('test/golden/ops', `${family}.ts`);
