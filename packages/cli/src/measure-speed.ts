import type { EngineKind } from '@twoshot/engine/identity';

const seconds = 5;
/** Side of the matrices: large enough to keep every engine busy, small enough for plain JavaScript to finish one. */
const sides: Readonly<Record<EngineKind, number>> = { cuda: 4096, native: 1024, wasm: 512, cpu: 128 };

/** Billions of floating point operations a second in products of square matrices, counted for five seconds. */
export async function measureSpeed(kind: EngineKind, threads: number): Promise<number> {
  const { startEngine, tf } = await import('@twoshot/engine');
  await startEngine(kind, { threads });
  const side = sides[kind];
  const a = tf.randomUniform([side, side], -1, 1, 'float32', 1);
  const product = async (): Promise<void> => {
    const result = tf.matMul(a, a);
    // Devices work asynchronously: only a value that was read is known to be computed.
    await tf.slice(result, [0, 0], [1, 1]).data();
    result.dispose();
  };
  await product();
  const started = performance.now();
  let products = 0;
  while (performance.now() - started < 1000 * seconds) {
    await product();
    products += 1;
  }
  a.dispose();
  return (2 * side ** 3 * products) / ((performance.now() - started) / 1000) / 1e9;
}
