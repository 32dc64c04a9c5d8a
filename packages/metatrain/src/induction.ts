import { integer } from '@twoshot/stage';
import { comparingStage } from './comparing-stage.js';

export default comparingStage({
  name: 'metatrain/induction',
  summary:
    'Trains a backbone with an induction network: routing computes class vectors, a tensor layer scores them (Geng et al. 2019)',
  params: {
    iterations: integer({ default: 3, minimum: 1, doc: 'iterations of dynamic routing' }),
    slices: integer({ default: 32, minimum: 1, doc: 'bilinear forms of the relation; 100 in the paper' }),
  },
  async head({ dim }, { iterations, slices }, random) {
    const { createPart, inductionPart } = await import('@twoshot/model');
    return createPart(inductionPart, { architecture: { dim, iterations, slices } }, random);
  },
});
