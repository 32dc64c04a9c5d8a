import { defineStage, flag, integer, number, optional, StageInputError } from '@twoshot/stage';
import { trainingParams } from '@twoshot/training';

export default defineStage({
  name: 'finetune/pseudo-label',
  summary: 'Backbone and a linear head on labels and on the surest predictions, with consistency where it is wired',
  params: {
    ...trainingParams({
      steps: 600,
      learningRate: 0.001,
      warmup: 0.05,
      optimiser: 'adamw',
      weightDecay: 0.0005,
      average: 0.99,
    }),
    headSteps: integer({ default: 100, minimum: 0, doc: 'steps before these in which the head alone learns' }),
    batch: integer({ default: 128, minimum: 2, doc: 'labelled images a step, every class equally often' }),
    headLearningRate: number({
      default: 0.01,
      minimum: 0,
      formerly: 'headRate',
      doc: 'learning rate while the head alone learns',
    }),
    smoothing: number({ default: 0.1, minimum: 0, maximum: 1, doc: 'share of a label spread over all classes' }),
    size: optional(integer({ minimum: 4, doc: 'pixels' }), 'side of the views in pixels; null for that of the policy'),
    share: number({ default: 0.5, minimum: 0, maximum: 1, doc: 'share of the images that predictions may label' }),
    balance: flag({ default: true, doc: 'the same number of pseudo-labels for every class' }),
    minConfidence: number({ default: 0, minimum: 0, maximum: 1, doc: 'probability that a pseudo-label must have' }),
    consistency: number({ default: 1, minimum: 0, doc: 'weight of the consistency of weak and strong views' }),
    threshold: number({ default: 0.95, minimum: 0, maximum: 1, doc: 'sureness of a weak view that teaches' }),
    ratio: integer({ default: 2, minimum: 1, doc: 'unlabelled images a step for every labelled one' }),
  },
  inputs: {
    model: { kind: 'model', doc: 'backbone to go on from' },
    images: { kind: 'images', doc: 'images that labels and predictions speak of' },
    policy: { kind: 'policy', doc: 'how views of labelled images are made, and weak views of the others' },
    labels: { kind: 'labels', doc: 'given or pseudo-labels, with weights', optional: true },
    predictions: { kind: 'predictions', doc: 'the surest of them become pseudo-labels', many: true, optional: true },
    strong: { kind: 'policy', doc: 'strong views, which should agree with the weak ones (FixMatch)', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and a part `classifier` that knows its classes' } },
  engine: true,
  resources: { threads: 'all', memory: 2048 },
  length: 'steps',
  async run(context) {
    const { params, inputs, outputs, seed, log, warn } = context;
    const { readImages, readLabels, readPredictions, writeModel } = await import('@twoshot/artifact');
    const { createRandom } = await import('@twoshot/engine/random');
    const { openModel, preparationOf, requireChannels, savedParts } = await import('@twoshot/model');
    const { policyOf } = await import('@twoshot/training');
    const { gatherEvidence } = await import('./evidence.js');
    const { createHeadNetwork } = await import('./head-network.js');
    const { choosePseudoLabels } = await import('./choose-pseudo-labels.js');
    const { trainHeadAlone, trainWhole } = await import('./train-head.js');
    const { trainingRows } = await import('./training-rows.js');

    const images = await readImages(inputs.images.path);
    const labels = inputs.labels === null ? null : await readLabels(inputs.labels.path);
    const evidence = gatherEvidence(
      images,
      await Promise.all(
        inputs.predictions.map(async (input) => ({ input, predictions: await readPredictions(input.path) })),
      ),
    );
    const classNames = labels?.classNames ?? evidence?.classNames;
    if (classNames === undefined)
      throw new StageInputError(
        'no-labels',
        'Nothing says what the images show: wire `labels`, `predictions` or both.',
      );
    if (evidence !== null && evidence.classNames.join('\n') !== classNames.join('\n'))
      throw new StageInputError(
        'classes-differ',
        `The predictions speak of the classes ${evidence.classNames.join(', ')}, the labels of ${classNames.join(', ')}`,
      );
    const chosen =
      evidence === null
        ? []
        : choosePseudoLabels(evidence.probabilities, classNames.length, {
            share: params.share,
            balance: params.balance,
            minConfidence: params.minConfidence,
          });
    const rows = trainingRows(images, classNames.length, labels, chosen);
    const missing = classNames.filter((_, label) => rows.members[label]!.positions.length === 0);
    if (missing.length > classNames.length - 2)
      throw new StageInputError(
        'too-few-classes',
        `Labels and predictions give images of the set ${images.set} for ${classNames.length - missing.length} of ` +
          `${classNames.length} classes; at least two are needed.`,
      );
    if (missing.length > 0) warn(`No image to learn from for ${missing.join(', ')}`);
    log(
      `${rows.count} images: ${classNames.map((name, i) => `${name} ${rows.members[i]!.positions.length}`).join(', ')}`,
    );

    const policy = await policyOf(inputs.policy.path, params.size);
    const strong = inputs.strong === null ? null : await policyOf(inputs.strong.path, policy.size);
    const model = await openModel(inputs.model);
    requireChannels(model.preparation(), images, inputs.model);
    const network = createHeadNetwork(model, classNames, createRandom(seed('weights')));
    try {
      const { steps, headSteps, batch, learningRate, smoothing, average } = params;
      const training = {
        network,
        images,
        rows,
        policy,
        batch,
        smoothing,
      };
      if (headSteps > 0)
        await trainHeadAlone(context, training, {
          steps: headSteps,
          learningRate: params.headLearningRate,
          seed: seed('head batches'),
        });
      const consistency =
        strong === null
          ? null
          : {
              policy: strong,
              count: batch * params.ratio,
              weight: params.consistency,
              threshold: params.threshold,
            };
      const curves = await trainWhole(context, training, {
        steps,
        learningRate,
        seed: seed('batches'),
        average,
        consistency,
      });
      const { backbone, classifier } = network;
      await writeModel(outputs.model, {
        ...(await savedParts({ backbone, classifier })),
        preparation: preparationOf(policy, images, policy.size),
        recipe: {
          stage: 'finetune/pseudo-label',
          policy: policy.name,
          steps,
          headSteps,
          batch,
          learningRate,
          smoothing,
          average,
          labelled: rows.count,
        },
        curves,
      });
    } finally {
      network.dispose();
    }
  },
});
