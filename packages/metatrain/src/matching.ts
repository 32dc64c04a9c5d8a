import { number } from '@twoshot/stage';
import { comparingStage } from './comparing-stage.js';

export default comparingStage({
  name: 'metatrain/matching',
  summary:
    'Trains a backbone with matching networks: a query takes the labels of the support images that it attends to (Vinyals et al. 2016)',
  params: {
    temperature: number({ default: 0.1, minimum: 0.001, doc: 'temperature of the cosines; 1 in the paper' }),
  },
  async head({ dim }, { temperature }, random) {
    const { createPart, matchingPart } = await import('@twoshot/model');
    return createPart(matchingPart, { architecture: { dim, temperature } }, random);
  },
});
