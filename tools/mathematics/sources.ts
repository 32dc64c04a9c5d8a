import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An exported function or constant and the comment right above it. */
export interface Documented {
  readonly name: string;
  /** From the workspace root. */
  readonly file: string;
  /** The comment's text before its first tag, on one line; empty where there is none. */
  readonly summary: string;
}

const exported = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*)?^export (?:async )?(?:function\*?|const) (\w+)/gm;

/**
 * The exports of a TypeScript source with their TSDoc. Comments are read as text, since the compiler of TypeScript 7
 * has no programming interface; only what stands directly above a declaration counts as its comment.
 */
export function documentedExports(file: string, source: string): Documented[] {
  return Array.from(source.matchAll(exported), ([, comment = '', name = '']) => ({
    name,
    file,
    summary: summaryOf(comment),
  }));
}

function summaryOf(comment: string): string {
  const lines = comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim());
  const tag = lines.findIndex((line) => line.startsWith('@'));
  return lines
    .slice(0, tag < 0 ? lines.length : tag)
    .join(' ')
    .replace(/\s+/g, ' ')
    .replace(/ @(?:param|returns|throws) .*$/, '')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .trim();
}

/** Files that an index hands on, itself included. */
function publicFiles(index: string): Set<string> {
  const found = new Set<string>();
  const add = (file: string): void => {
    if (found.has(file) || !existsSync(file)) return;
    found.add(file);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/^export [^;=(]*? from '(\.[^']+)\.js'/gm))
      add(join(dirname(file), `${from}.ts`));
  };
  add(index);
  return found;
}

/** All exports below packages/<name>/src, tests left out; those of the package's door first. */
export function packageExports(name: string): Documented[] {
  const folder = join('packages', name, 'src');
  const door = publicFiles(join(folder, 'index.ts'));
  const rank = (file: string): number => Number(!door.has(join(folder, file)));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .flatMap((file) => {
      const path = join(folder, file);
      return documentedExports(path, readFileSync(path, 'utf8'));
    });
}

const year = String.raw`(?:18|19|20)\d{2}`;
const name = String.raw`(?:van der |van |von |de )?[A-ZÀ-Þ][\w'À-ÿ-]+`;
const citation = new RegExp(
  String.raw`(?:${name}(?:, ${name})*(?: et al\.| and ${name})?,? ${year})((?:, (?:sections?|equations?|algorithm|chapter)[\w .]*)?)`,
  'g',
);

/** Papers that a text names: "Hu et al. 2021, algorithm 1". */
export function citations(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(citation), ([found]) => found.trim()))];
}
