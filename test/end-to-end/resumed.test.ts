// @module-tag slow
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@twoshot/engine/random';
import { expect, test } from 'vitest';
import { digestsOf, processesOf, run, type Started, start, temporaryFolder } from './rig.js';

/** More kills than a test run needs: `TWOSHOT_TRAINING_KILLS=20`. */
const kills = Number(process.env['TWOSHOT_TRAINING_KILLS'] ?? 3);

/** Steps enough that a training is still at it when it is killed. */
const argsOn = (store: string): string[] => {
  const steps = `backbone.steps=${150 + 40 * kills}`;
  return ['run', 'smoke', '--store', store, '--only', 'backbone', '--set', steps, '--json'];
};

/** What a file of a run holds; nothing where the run was killed before it wrote it, or has not yet. */
function textOf(store: string, name: string, file: string): string {
  try {
    return readFileSync(join(store, 'runs', name, file), 'utf8');
  } catch {
    return '';
  }
}

/** Steps that trainings on a store have gone on from, by their logs. */
function resumptions(store: string): number[] {
  const logs = readdirSync(join(store, 'runs'))
    .sort()
    .map((name) => textOf(store, name, 'logs/backbone.log'));
  return logs.flatMap((log) => Array.from(log.matchAll(/resumed at step (\d+) of/g), ([, step]) => Number(step)));
}

/** Waits until the training of a run has told of a step, or the run is over. */
async function untilItTrains(store: string, before: ReadonlySet<string>, { finished }: Started): Promise<void> {
  const trains = (name: string): boolean =>
    textOf(store, name, 'events.ndjson').includes('"stage-progress","task":"backbone"');
  const isOver = (): Promise<boolean> => Promise.race([finished.then(() => true), delay(20, false)]);
  while (!(await isOver()))
    if (readdirSync(join(store, 'runs')).some((name) => !before.has(name) && trains(name))) return;
}

if (process.platform === 'linux')
  test(
    'a training that is killed again and again, runner or host, ends with the digest of one that is not',
    { timeout: 60_000 * (kills + 3) },
    async () => {
      const undisturbed = await run(argsOn(await temporaryFolder()));
      expect(undisturbed.code).toBe(0);
      const random = createRandom(Number(process.env['TWOSHOT_KILL_SEED'] ?? 31));
      const store = await temporaryFolder();
      await run(['run', 'smoke', '--store', store, '--only', 'contrast', '--json']);
      for (let kill = 0; kill < kills; kill++) {
        const before = new Set(readdirSync(join(store, 'runs')));
        const started = start(argsOn(store), { TWOSHOT_CHECKPOINT_SECONDS: '0' });
        await untilItTrains(store, before, started);
        await delay(random.integer(800));
        const { runner, mark, finished } = started;
        const hosts = processesOf(mark).filter((pid) => pid !== runner.pid);
        const victim = kill % 2 === 0 || hosts.length === 0 ? runner.pid! : hosts[random.integer(hosts.length)]!;
        if (runner.exitCode === null) process.kill(victim, 'SIGKILL');
        await finished;
        while (processesOf(mark).length > 0) await delay(20);
      }
      const last = await run(argsOn(store));
      expect(last.code).toBe(0);
      expect(digestsOf(last)).toMatchObject({ backbone: digestsOf(undisturbed)['backbone'] });
      const steps = resumptions(store);
      expect(steps.length).toBeGreaterThan(0);
      // Every attempt took over what the one before it had come to.
      expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    },
  );
