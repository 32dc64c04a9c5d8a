import { choice, defineStage, flag, integer, number, optional, StageInputError } from '@twoshot/stage';
import { trainingParams } from '@twoshot/training';

export default defineStage({
  name: 'finetune/pseudo-label',
  summary:
    'Fine-tunes backbone and linear classifier on labels and the most confident predictions, with FixMatch consistency if `strong` is wired',
  params: {
    ...trainingParams({
      steps: 600,
      learningRate: 0.001,
      warmup: 0.05,
      optimiser: 'adamw',
      weightDecay: 0.0005,
      average: 0.99,
    }),
    classifier: choice(['linear', 'cosine'], {
      default: 'linear',
      doc: 'linear layer, or cosines to class vectors (Baseline++), which suits few labels per class',
    }),
    scale: number({ default: 10, minimum: 1e-6, doc: 'factor of the cosines; only for the cosine classifier' }),
    headSteps: integer({ default: 100, minimum: 0, doc: 'steps before these that train only the head' }),
    batch: integer({ default: 128, minimum: 2, doc: 'labelled images per step, balanced over classes' }),
    headLearningRate: number({
      default: 0.01,
      minimum: 0,
      formerly: 'headRate',
      doc: 'learning rate while only the head trains',
    }),
    smoothing: number({
      default: 0.1,
      minimum: 0,
      maximum: 1,
      doc: 'fraction of a label spread over all classes (label smoothing)',
    }),
    size: optional(
      integer({ minimum: 4, doc: 'pixels' }),
      'side of the views in pixels; null for the side of the policy',
    ),
    share: number({ default: 0.5, minimum: 0, maximum: 1, doc: 'fraction of the images that get pseudo-labels' }),
    balance: flag({ default: true, doc: 'same number of pseudo-labels for every class' }),
    minConfidence: number({ default: 0, minimum: 0, maximum: 1, doc: 'minimum probability of a pseudo-label' }),
    consistency: number({ default: 1, minimum: 0, doc: 'weight of the consistency of weak and strong views' }),
    threshold: number({
      default: 0.95,
      minimum: 0,
      maximum: 1,
      doc: 'minimum confidence of a weak view whose prediction is used as a target',
    }),
    ratio: integer({ default: 2, minimum: 1, doc: 'unlabelled images per labelled one in a step' }),
  },
  inputs: {
    model: { kind: 'model', doc: 'backbone to start from' },
    images: { kind: 'images', doc: 'images of the labels and predictions' },
    policy: { kind: 'policy', doc: 'augmentation of labelled images, and of the weak views of the others' },
    labels: { kind: 'labels', doc: 'given labels or pseudo-labels, with weights', optional: true },
    predictions: { kind: 'predictions', doc: 'the most confident become pseudo-labels', many: true, optional: true },
    strong: {
      kind: 'policy',
      doc: 'augmentation of the strong views, which should agree with the weak ones (FixMatch)',
      optional: true,
    },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and a part `classifier` with its class names' } },
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
      throw new StageInputError('no-labels', 'There are no labels: wire `labels`, `predictions` or both.');
    if (evidence !== null && evidence.classNames.join('\n') !== classNames.join('\n'))
      throw new StageInputError(
        'classes-differ',
        `The predictions have the classes ${evidence.classNames.join(', ')}, the labels of ${classNames.join(', ')}`,
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
        `Labels and predictions cover images of the set ${images.set} for ${classNames.length - missing.length} of ` +
          `${classNames.length} classes; at least two are needed.`,
      );
    if (missing.length > 0) warn(`No training image for ${missing.join(', ')}`);
    log(
      `${rows.count} images: ${classNames.map((name, i) => `${name} ${rows.members[i]!.positions.length}`).join(', ')}`,
    );

    const policy = await policyOf(inputs.policy.path, params.size);
    const strong = inputs.strong === null ? null : await policyOf(inputs.strong.path, policy.size);
    const model = await openModel(inputs.model);
    requireChannels(model.preparation(), images, inputs.model);
    const scale = params.classifier === 'cosine' ? params.scale : null;
    const network = createHeadNetwork(model, { classNames, scale }, createRandom(seed('weights')));
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
