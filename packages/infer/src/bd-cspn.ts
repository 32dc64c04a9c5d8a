import { defineStage, number } from '@twoshot/stage';
import { predictionOutputs, featureInputs } from './feature-ports.js';

export default defineStage({
  name: 'infer/bd-cspn',
  summary: 'Nearest class mean, with means rectified by the unlabelled reference rows (BD-CSPN); ignores label weights',
  params: {
    temperature: number({
      default: 10,
      minimum: 0,
      doc: 'scale of the cosines that weight rows and become probabilities (Liu et al. 2020: 10)',
    }),
  },
  inputs: featureInputs,
  outputs: predictionOutputs,
  async run({ params, inputs, outputs }) {
    const { prototypicalLogits, rectifyPrototypes } = await import('@twoshot/fewshot');
    const { selectRows, softmaxRows, subtractFromRows } = await import('@twoshot/geometry');
    const { readKnownFeatures } = await import('./known-features.js');
    const { findUnlabelled } = await import('./labelled-rows.js');
    const { predictRows } = await import('./predict-rows.js');
    const given = await readKnownFeatures(inputs);
    const { labels, reference, known, support } = given;
    const { temperature } = params;
    const unlabelled = selectRows(reference.matrix, findUnlabelled(known, reference.rows, inputs.reference));
    const options = { classes: labels.classNames.length, temperature };
    const { prototypes, shift } = rectifyPrototypes(support, known.label, unlabelled, options);
    await predictRows(outputs, given, ({ matrix }) =>
      softmaxRows(
        prototypicalLogits(prototypes, subtractFromRows(matrix, shift), { metric: 'cosine', scale: temperature }),
      ),
    );
  },
});
