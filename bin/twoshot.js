#!/usr/bin/env node
// The `twoshot` command: compiles and bundles the packages where their sources have changed, then hands over to packages/cli.
// Plain JavaScript, since npm links it at installation, before anything is compiled.
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, 'node_modules', '.cache', 'twoshot');
const stampFile = join(cache, 'build');
const lockFile = join(cache, 'build.lock');
const command = join(root, 'packages', 'cli', 'dist', 'command.js');
const bundler = join(root, 'tools', 'bundle-command.mjs');

// From Node 22 on compiled code is kept between starts, for this process and the ones that it starts.
process.env['NODE_COMPILE_CACHE'] ??= join(cache, 'compile');
module.enableCompileCache?.();

const stat = (path) => statSync(path, { throwIfNoEntry: false });

/** Paths are put together by hand: with a thousand of them, `join` takes as long as the disk. */
function* sourcesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* sourcesIn(path);
    else if (/\.(ts|json)$/.test(entry.name) && !entry.name.endsWith('.test.ts')) yield path;
  }
}

const packages = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .filter((folder) => existsSync(join(folder, 'tsconfig.json')) && existsSync(join(folder, 'src')));

const buildInfo = (folder) => join(folder, 'dist', '.tsbuildinfo');

/** A line for every source, with its size and time. */
function sourcesNow() {
  const lines = [];
  const add = (path) => {
    const file = stat(path);
    lines.push(`${file?.size} ${file?.mtimeMs} ${path.slice(root.length + 1)}`);
  };
  add(join(root, 'tsconfig.base.json'));
  add(bundler);
  // Installed packages are bundled with the command; npm writes this file whenever it changes them.
  add(join(root, 'node_modules', '.package-lock.json'));
  for (const folder of packages) {
    for (const name of ['package.json', 'tsconfig.json']) add(join(folder, name));
    for (const path of sourcesIn(join(folder, 'src'))) add(path);
  }
  return lines.join('\n');
}

/**
 * The compiler goes by times alone: a file that was replaced by an older one, or removed, it would not notice. Where
 * that happened to a package, all of it is compiled.
 */
function forgetReplaced(sources) {
  if (!existsSync(stampFile)) return;
  const before = readFileSync(stampFile, 'utf8').split('\n');
  const now = new Set(sources.split('\n'));
  const changed = [...before.filter((line) => !now.has(line)), ...[...now].filter((line) => !before.includes(line))];
  for (const folder of packages) {
    const built = stat(buildInfo(folder))?.mtimeMs;
    const own = changed
      .map((line) => join(root, line.split(' ').slice(2).join(' ')))
      .filter((path) => path.startsWith(join(folder, '/')));
    if (own.some((path) => (stat(path)?.mtimeMs ?? 0) <= built)) rmSync(buildInfo(folder), { force: true });
  }
}

/** A package without sources yet has nothing to compile. */
const hasOutput = (folder) => existsSync(join(folder, 'dist')) || sourcesIn(join(folder, 'src')).next().done;

function isBuilt(sources) {
  if (!existsSync(command) || !packages.every(hasOutput)) return false;
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sources;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Files that are open at once while modules are compiled and loaded; below, Node itself says that packages are missing. */
const minimumFiles = 256;

/** Why this process could not load what it needs; null where it can, and where the system does not say. */
function fileLimitFault() {
  let limit;
  try {
    limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  } catch {
    return null;
  }
  if (!(limit < minimumFiles)) return null;
  return `this process may have ${limit} open files and needs ${minimumFiles}; raise the limit, e.g. \`ulimit -n 4096\``;
}

/** Two commands may start at once: one compiles, the other one waits. */
function locked(action) {
  mkdirSync(cache, { recursive: true });
  const draft = `${lockFile}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  let told = false;
  try {
    for (;;) {
      try {
        linkSync(draft, lockFile);
        break;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      let owner = 0;
      try {
        owner = Number(readFileSync(lockFile, 'utf8'));
      } catch {
        continue;
      }
      if (isAlive(owner)) {
        if (!told) process.stderr.write(`waits for process ${owner}, which compiles Twoshot\n`);
        told = true;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      } else rmSync(lockFile, { force: true });
    }
    try {
      return action();
    } finally {
      rmSync(lockFile, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Runs a script of Node; its module is loaded here, since nearly every start has nothing to compile. */
function runNode(args) {
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
}

/** What is wrong with the sources; null if they are compiled now. */
function compile() {
  const sources = sourcesNow();
  if (isBuilt(sources)) return null;
  forgetReplaced(sources);
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) return `the compiler is not installed\n  next:     npm ci`;
  const args = [compiler, '-b', ...packages.map((folder) => folder.slice(root.length + 1))];
  const { status, stdout, stderr, error } = runNode(args);
  const output = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trimEnd();
  // A test with a wrong type stops no run: its package is compiled all the same.
  const mistakes = output.split('\n').filter((line) => /\berror TS\d+:/.test(line));
  if (status !== 0 && !(mistakes.length > 0 && mistakes.every((line) => /\.(test|fixture)\.ts\(/.test(line))))
    return output;
  const bundled = runNode([bundler]);
  if (bundled.status !== 0) return `${bundled.stderr ?? ''}${bundled.error?.message ?? ''}`.trimEnd();
  const draft = `${stampFile}.${process.pid}`;
  writeFileSync(draft, sources);
  renameSync(draft, stampFile);
  return null;
}

function refuse({ code, message, detail }) {
  process.stderr.write(detail === '' ? `${message}\n` : `${message}:\n${detail}\n`);
  if (process.argv[2] === 'run' && process.argv.includes('--json')) {
    const whole = detail === '' ? message : `${message}: ${detail}`;
    const error = { code, message: whole, file: null, line: null, column: null };
    process.stdout.write(`${JSON.stringify({ run: null, stages: [], outputs: {}, metrics: {}, error })}\n`);
  }
  process.exitCode = 2;
}

const notCompiled = (detail) => ({ code: 'broken-source', message: 'Twoshot could not be compiled', detail });

/** What is in the way of a start; null if there is something to run. */
function problemNow() {
  const fault = fileLimitFault();
  if (fault !== null) return { code: 'too-many-files', message: fault, detail: '' };
  try {
    const mistakes = isBuilt(sourcesNow()) ? null : locked(compile);
    return mistakes === null ? null : notCompiled(mistakes);
  } catch (error) {
    if (['EMFILE', 'ENFILE'].includes(error.code))
      return {
        code: 'too-many-files',
        message: `${error.message}; raise the limit, e.g. \`ulimit -n 4096\``,
        detail: '',
      };
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code)) throw error;
    return notCompiled(
      `${error.message}\n  next:     make room in ${root} and make it writable, or copy it to where you may write`,
    );
  }
}

const problem = problemNow();
if (problem === null) {
  const { program } = await import('../packages/cli/dist/command.js');
  await program();
} else {
  refuse(problem);
}
