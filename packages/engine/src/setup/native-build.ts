import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { cacheFolder } from '@twoshot/disk';
import { damageOf, othersMayWrite, type Scrutiny } from '@twoshot/wheels';
import { findNativeSources, type NativeSources } from './native-sources.js';
import { TENSORFLOW_VERSION, wheelsOf, type Variant } from './wheels.js';

/** Node-API is stable across Node versions: one binding serves all that offer this level. */
export const NODE_API_LEVEL = 8;

export const COMPILER_FLAGS: readonly string[] = [
  '-std=c++17',
  '-O3',
  '-fPIC',
  '-fno-math-errno',
  // Whatever the processor, products and sums round alike.
  '-ffp-contract=off',
  // What the library was built with: they change the layout of its types.
  '-DEIGEN_MAX_ALIGN_BYTES=64',
  '-DNDEBUG',
  `-DNAPI_VERSION=${NODE_API_LEVEL}`,
  '-DNODE_GYP_MODULE_NAME=tfjs_binding',
  '-w',
];

/** Where the library and the binding of a variant lie in the cache, whether or not they are there yet. */
export interface NativeBuild {
  readonly variant: Variant;
  readonly sources: NativeSources;
  /** Appears at once and complete (a rename). */
  readonly libraryFolder: string;
  /** Appears at once and complete (a rename). */
  readonly bindingFolder: string;
  /** Of all that the build is made from: versions, compiler flags, sources. */
  readonly digest: string;
  /** The Node add-on inside `bindingFolder`. */
  readonly bindingFile: string;
}

/** The folder in the user's cache that set-up writes to. What a user keeps there beside it is the user's. */
export function engineFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(env), 'engine');
}

/** Names the build that belongs to the sources, versions and platform of here and now. */
export function locateNativeBuild(variant: Variant, env: NodeJS.ProcessEnv = process.env): NativeBuild {
  const sources = findNativeSources();
  const wheels = wheelsOf(variant).map((wheel) => `${wheel.project}==${wheel.version} ${wheel.sha256}`);
  const platform = `${process.platform}-${process.arch}`;
  const library = digestOf([platform, ...wheels]);
  const binding = digestOf([
    library,
    `napi ${NODE_API_LEVEL}`,
    `tfjs-node-gpu ${sources.versions.binding}`,
    `node-api-headers ${sources.versions.nodeApiHeaders}`,
    ...COMPILER_FLAGS,
    sources.digest,
  ]);
  const folder = engineFolder(env);
  const bindingFolder = join(folder, `binding-${variant}-${binding}`);
  return {
    variant,
    sources,
    libraryFolder: join(folder, `tensorflow-${TENSORFLOW_VERSION}-${variant}-${platform}-${library}`),
    digest: binding,
    bindingFolder,
    bindingFile: join(bindingFolder, bindingName),
  };
}

/** What must be in the folders of a build that hold no record: earlier versions wrote none. */
export const libraryFiles = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'] as const;
const bindingName = 'tfjs_binding.node';

/** What keeps the library of a build from being used; null where it is whole. */
export const libraryDamage = ({ libraryFolder }: NativeBuild, scrutiny?: Scrutiny): string | null =>
  damageOf(libraryFolder, libraryFiles, scrutiny) ?? openCache(libraryFolder);
export const bindingDamage = ({ bindingFolder }: NativeBuild, scrutiny?: Scrutiny): string | null =>
  damageOf(bindingFolder, [bindingName], scrutiny) ?? openCache(bindingFolder);

/** Who may write to the folder around can put another one in its place. */
function openCache(folder: string): string | null {
  const open = othersMayWrite(dirname(folder));
  return open === null ? null : `${dirname(folder)} ${open}`;
}

/** Whether a build can be loaded as it is. */
export const isBuilt = (build: NativeBuild): boolean => libraryDamage(build) === null && bindingDamage(build) === null;

/** What is wrong with a build that was there, such as a library of which half was deleted; null where nothing is. */
export function brokenPart(build: NativeBuild, scrutiny?: Scrutiny): string | null {
  for (const [folder, damage] of [
    [build.libraryFolder, libraryDamage(build, scrutiny)],
    [build.bindingFolder, bindingDamage(build, scrutiny)],
  ] as const)
    if (damage !== null && damage !== 'absent') return `${folder} is incomplete: ${damage}`;
  return null;
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}
