import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { commandLine, failed, listNames, nearest, quote, type Result, success } from '@twoshot/diagnostics';

const extension = /\.ya?ml$/;

/**
 * Resolves the argument PIPELINE of the command line: the path of a file, or a name under `pipelines/` of the
 * workspace.
 *
 * @returns The absolute path.
 */
export async function findPipeline(
  name: string,
  workspace: string,
  cwd: string = process.cwd(),
): Promise<Result<string>> {
  const folder = join(workspace, 'pipelines');
  const named = extension.test(name) ? [name] : [`${name}.yaml`, `${name}.yml`];
  for (const candidate of [resolve(cwd, name), ...named.map((file) => join(folder, file))]) {
    const found = await stat(candidate).catch(() => null);
    // Who reads it says what else it is, such as a pipe.
    if (found !== null && !found.isDirectory()) return success(candidate);
  }
  const names = (await pipelinesIn(folder)).map((file) => basename(file).replace(extension, ''));
  const near = nearest(name.replace(extension, ''), names);
  return failed({
    code: 'pipeline-not-found',
    message: `there is no pipeline ${quote(name)}`,
    where: { file: commandLine, line: 1, column: 1, length: name.length, text: name },
    expected: `the path of a file, or ${names.length === 0 ? 'a name under `pipelines/`' : `one of ${listNames(names)}`}`,
    found: quote(name),
    ...(near === null ? {} : { nearest: near }),
  });
}

const pipelinesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((file) => extension.test(file)).sort();
