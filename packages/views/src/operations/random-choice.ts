import type { RandomChoice } from '../policy.js';
import type { ViewOperation } from '../view-operation.js';

export const randomChoice: ViewOperation<RandomChoice> = {
  phase: 'choice',
  run: ({ random, chosen }, { count, choices }) => {
    for (let picked = 0; picked < count; picked++) {
      const operation = choices[random.integer(choices.length)]!;
      if (operation.probability === undefined || random.next() < operation.probability) chosen.push(operation);
    }
  },
};
