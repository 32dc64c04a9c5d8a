import { engineNamed, type EngineKind } from './engine-kind.js';
import { chooseEngine } from './identity.js';
import { startEngine, type Engine } from './start.js';

/**
 * The engine that tests run on: what `TWOSHOT_TEST_ENGINE` names, else the best one that is set up here, else WASM. The
 * one place that decides it, so that tests pass on a machine that cannot have the native engine.
 *
 * @throws UnknownEngineError
 */
export function engineUnderTest(env: NodeJS.ProcessEnv = process.env): EngineKind {
  const named = engineNamed('TWOSHOT_TEST_ENGINE', env);
  if (named !== null) return named;
  const choice = chooseEngine(env);
  return choice.ready ? choice.kind : 'wasm';
}

/** Starts the engine under test in this process. */
export const startEngineUnderTest = (): Promise<Engine> => startEngine(engineUnderTest());

/** The engine under test and those that every machine has, for tests of what must be the same on all of them. */
export const comparedEngines = (): readonly EngineKind[] => [...new Set([engineUnderTest(), 'wasm', 'cpu'] as const)];
