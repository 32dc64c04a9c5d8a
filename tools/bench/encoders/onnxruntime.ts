import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from '../../../packages/disk/src/user-cache.js';

export const onnxruntimeVersion = '1.30.0';

/** What is used of onnxruntime-node. */
export interface Onnxruntime {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
  readonly InferenceSession: {
    create(
      file: Uint8Array,
      options: object,
    ): Promise<{
      run(inputs: Readonly<Record<string, object>>): Promise<Readonly<Record<string, { readonly data: Float32Array }>>>;
    }>;
  };
}

/** onnxruntime-node, installed at first use into a folder of its own in the cache (290 MB); nothing of it is executed by npm. */
export function referenceOnnxruntime(): Onnxruntime {
  const folder = join(cacheFolder(), `reference-onnxruntime-${onnxruntimeVersion}`);
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    console.error(`installing onnxruntime-node ${onnxruntimeVersion} (290 MB)`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
    execFileSync('npm', [...install, `onnxruntime-node@${onnxruntimeVersion}`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(complete, '');
  }
  return createRequire(join(folder, 'package.json'))('onnxruntime-node') as Onnxruntime;
}
