/** `cuda` and `native` are TensorFlow itself, on an NVIDIA device or the processor; the others need no set-up. */
export type EngineKind = 'cuda' | 'native' | 'wasm' | 'cpu';

const ENGINE_KINDS: readonly EngineKind[] = ['cuda', 'native', 'wasm', 'cpu'];

/** An environment variable names no engine: the user's mistake. */
export class UnknownEngineError extends Error {
  override readonly name = 'UnknownEngineError';
}

/**
 * The engine that `TWOSHOT_ENGINE` asks for; null when it is not set.
 *
 * @throws UnknownEngineError
 */
export const forcedEngine = (env: NodeJS.ProcessEnv = process.env): EngineKind | null =>
  engineNamed('TWOSHOT_ENGINE', env);

/**
 * The engine that an environment variable names; null when it is not set.
 *
 * @throws UnknownEngineError
 */
export function engineNamed(variable: string, env: NodeJS.ProcessEnv): EngineKind | null {
  const value = env[variable];
  if (value === undefined || value === '') return null;
  const kind = ENGINE_KINDS.find((known) => known === value);
  if (kind !== undefined) return kind;
  throw new UnknownEngineError(`${variable} is '${value}'; expected one of ${ENGINE_KINDS.join(', ')}`);
}
