import { integer } from '@twoshot/stage';
import { comparingStage } from './comparing-stage.js';

export default comparingStage({
  name: 'metatrain/relation',
  summary: 'Trains a backbone and a relation network, which scores pairs of feature maps (Sung et al. 2018)',
  params: {
    channels: integer({ default: 64, minimum: 1, doc: 'channels of the convolutions of the head' }),
    hidden: integer({ default: 8, minimum: 1, doc: 'width of the layer before the score' }),
  },
  async head({ dim }, { channels: width, hidden }, random) {
    const { createPart, relationPart } = await import('@twoshot/model');
    return createPart(relationPart, { architecture: { channels: dim, width, hidden } }, random);
  },
});
