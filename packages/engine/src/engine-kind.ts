/** `cuda` and `native` are TensorFlow itself, on an NVIDIA device or the processor; the others need no set-up. */
export type EngineKind = 'cuda' | 'native' | 'wasm' | 'cpu';

const ENGINE_KINDS: readonly EngineKind[] = ['cuda', 'native', 'wasm', 'cpu'];

/** `TWOSHOT_ENGINE` names no engine: the user's mistake. */
export class UnknownEngineError extends Error {
  override readonly name = 'UnknownEngineError';
}

/**
 * The engine that `TWOSHOT_ENGINE` asks for; null when it is not set.
 *
 * @throws UnknownEngineError
 */
export function forcedEngine(env: NodeJS.ProcessEnv = process.env): EngineKind | null {
  const value = env['TWOSHOT_ENGINE'];
  if (value === undefined || value === '') return null;
  const kind = ENGINE_KINDS.find((known) => known === value);
  if (kind !== undefined) return kind;
  throw new UnknownEngineError(`TWOSHOT_ENGINE is '${value}'; expected one of ${ENGINE_KINDS.join(', ')}`);
}
