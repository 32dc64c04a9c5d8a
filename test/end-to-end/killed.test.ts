// @module-tag slow
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom } from '@twoshot/engine/random';
import { expect, test } from 'vitest';
import { digestsOf, processesOf, run, start, temporaryFolder } from './rig.js';

/** More moments than a test run needs: `TWOSHOT_KILLS=50`. */
const kills = Number(process.env['TWOSHOT_KILLS'] ?? 4);

if (process.platform === 'linux')
  test(
    'runs that are killed at any moment, runner or host, lead to the digests of an undisturbed one',
    { timeout: 120_000 * (kills + 2) },
    async () => {
      const undisturbed = await run(['run', 'smoke', '--store', await temporaryFolder(), '--json']);
      expect(undisturbed.code).toBe(0);
      const random = createRandom(Number(process.env['TWOSHOT_KILL_SEED'] ?? 20));
      let store = await temporaryFolder();
      for (let kill = 0; kill < kills; kill++) {
        const { runner, mark, finished } = start(['run', 'smoke', '--store', store, '--json']);
        const isOver = await Promise.race([finished.then(() => true), delay(300 + random.integer(9000), false)]);
        if (!isOver) {
          const hosts = processesOf(mark).filter((pid) => pid !== runner.pid);
          const victim = kill % 2 === 0 || hosts.length === 0 ? runner.pid! : hosts[random.integer(hosts.length)]!;
          process.kill(victim, 'SIGKILL');
        }
        await finished;
        // Hosts end within two seconds of losing their runner; the wait is the bound, not a guess.
        const deadline = Date.now() + 2000;
        while (processesOf(mark).length > 0 && Date.now() < deadline) await delay(20);
        expect(processesOf(mark)).toEqual([]);
        if (isOver) {
          expect(digestsOf(await finished)).toEqual(digestsOf(undisturbed));
          store = await temporaryFolder();
        }
      }
      const last = await run(['run', 'smoke', '--store', store, '--json']);
      expect(last.code).toBe(0);
      expect(digestsOf(last)).toEqual(digestsOf(undisturbed));
    },
  );
