import * as tf from '@tensorflow/tfjs-core';
import { EngineUnavailableError } from './setup/failure.js';
import { setUpNativeEngine } from './setup/set-up.js';

export type EngineKind = 'cuda' | 'native' | 'wasm' | 'cpu';

export interface Engine {
  readonly kind: EngineKind;
}

export async function startEngine(kind: EngineKind = 'native'): Promise<Engine> {
  if (kind === 'native' || kind === 'cuda') {
    const result = await setUpNativeEngine({ variant: kind === 'cuda' ? 'cuda' : 'cpu' });
    if (!result.ok) throw new EngineUnavailableError(result.failure);
    const { startNativeBackend } = await import('./backends/native.js');
    await startNativeBackend(result.build, null);
  } else {
    const { startPortableBackend } = await import('./backends/portable.js');
    await startPortableBackend(kind);
  }
  tf.env().set('PROD', true);
  await tf.ready();
  return { kind };
}
