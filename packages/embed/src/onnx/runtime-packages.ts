/** A package of the npm registry, pinned by its digest. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As registries give it: `sha512-` and base64. */
  readonly integrity: string;
  /** Bytes of the archive. */
  readonly bytes: number;
  /** Whether a file of it is needed, by its path in the package. */
  wants(file: string): boolean;
}

/** How onnxruntime runs here: `native` by a shared library, `wasm` in WebAssembly. */
export type RuntimeKind = 'native' | 'wasm';

const version = '1.30.0';
const system = `${process.platform}/${process.arch}`;

/** Systems for which onnxruntime-node has a library. On others it runs as WebAssembly. */
const nativeSystems: ReadonlySet<string> = new Set([
  'linux/x64',
  'linux/arm64',
  'darwin/arm64',
  'win32/x64',
  'win32/arm64',
]);

/** The kind that is used where none is chosen. */
export const kindHere = (): RuntimeKind => (nativeSystems.has(system) ? 'native' : 'wasm');

const isCode = (file: string): boolean => file === 'package.json' || /^dist\/.*\.(js|json)$/.test(file);

const common: NpmPackage = {
  name: 'onnxruntime-common',
  version,
  integrity: 'sha512-7fdVWjAID1dVhH/G8qK3APARunV4VkBFoCQAP7qp4Wkab0mrorvmc+sqiT+mKXOzDqdjN5j+/Z9nb4gzNPWcyA==',
  bytes: 66_795,
  wants: isCode,
};

/** What a kind is made of; the first is what is loaded. */
export const runtimePackages: Readonly<Record<RuntimeKind, readonly [NpmPackage, ...NpmPackage[]]>> = {
  native: [
    {
      name: 'onnxruntime-node',
      version,
      integrity: 'sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==',
      bytes: 113_507_888,
      wants: (file) => isCode(file) || file.startsWith(`bin/napi-v6/${system}/`),
    },
    common,
  ],
  wasm: [
    {
      name: 'onnxruntime-web',
      version,
      integrity: 'sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==',
      bytes: 33_106_585,
      wants: (file) => ['package.json', ...wasmFiles].includes(file),
    },
    common,
  ],
};

const wasmFiles = ['dist/ort.node.min.mjs', 'dist/ort-wasm-simd-threaded.mjs', 'dist/ort-wasm-simd-threaded.wasm'];
