import type { Images, Json } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import type { Backbone, BackboneArchitecture, Module, StepLoss } from '@twoshot/nn';
import { type InputArtifact, type StageContext, StageInputError } from '@twoshot/stage';
import type { Policy } from '@twoshot/views';
import type { MetatrainParams } from './metatrain-params.js';
import type { PseudoClasses } from './pseudo-classes.js';

/** Ports of every stage of the family. */
export const metatrainPorts = {
  inputs: {
    images: { kind: 'images', doc: 'images to learn from' },
    assignments: { kind: 'assignments', doc: 'pseudo-labels; of several partitions each step takes one' },
    policy: { kind: 'policy', doc: 'how views are made' },
    init: { kind: 'model', doc: 'backbone to go on from', optional: true },
  },
  outputs: { model: { kind: 'model', doc: 'backbone and the heads it was trained with' } },
} as const;

export interface MetatrainContext extends Pick<
  StageContext<never, never, never>,
  'seed' | 'progress' | 'log' | 'warn' | 'signal'
> {
  readonly params: MetatrainParams;
  readonly inputs: {
    readonly images: InputArtifact;
    readonly assignments: InputArtifact;
    readonly policy: InputArtifact;
    readonly init: InputArtifact | null;
  };
  readonly outputs: { readonly model: string };
}

type Heads = Readonly<Record<string, Pick<Module, 'parameters' | 'buffers'>>>;

/** What one method adds to the common course. */
export interface MetatrainMethod<Task extends { readonly positions: Uint32Array }, H extends Heads> {
  /** `metatrain/...`, for the model's recipe. */
  readonly stage: string;
  /** Images that a cluster needs to be learnt from. */
  readonly least: number;
  /** Draws what a step works on. */
  readonly draw: (partitions: readonly PseudoClasses[], random: Random) => Task;
  /** Heads for a backbone of `dim`, saved with it. */
  readonly heads: (dim: number) => H;
  /** @param features [positions, dim] of the task's images */
  readonly loss: (features: tf.Tensor2D, task: Task, heads: H) => StepLoss;
  /** Settings of the method that the recipe names. */
  readonly recipe: Readonly<Record<string, Json>>;
}

/** Reads images, pseudo-labels and policy, trains the backbone on the tasks of a method, and writes the model. */
export async function metatrainBackbone<Task extends { readonly positions: Uint32Array }, H extends Heads>(
  { params, inputs, outputs, seed, progress, log, warn, signal }: MetatrainContext,
  method: MetatrainMethod<Task, H>,
): Promise<void> {
  const { readAssignments, readImages, readPolicy, writeModel } = await import('@twoshot/artifact');
  const { tf } = await import('@twoshot/engine');
  const { createRandom } = await import('@twoshot/engine/random');
  const { adamW, compose, disposeModule, featureSpread, saveWeights, train, warmupCosine } =
    await import('@twoshot/nn');
  const { createViews, parsePolicy } = await import('@twoshot/views');
  const { pseudoClasses } = await import('./pseudo-classes.js');
  const { steps, rate, weightDecay, confidence } = params;

  const images = await readImages(inputs.images.path);
  const { channels } = images;
  const partitions = pseudoClasses(await readAssignments(inputs.assignments.path), images, {
    confidence,
    least: method.least,
    from: inputs.assignments.from,
  });
  for (const { name, members } of partitions)
    log(`${name}: ${members.length} classes of ${members.map(({ length }) => length).join(', ')} images`);
  const given: Policy = parsePolicy(await readPolicy(inputs.policy.path));
  const policy = { ...given, size: params.size ?? given.size };
  const { size } = policy;
  const { architecture, backbone } = await startBackbone(inputs.init, params, channels, seed('weights'));
  const heads = method.heads(backbone.dim);
  const network = compose({ backbone, ...heads });
  const optimiser = adamW(
    network.parameters.filter(({ trainable }) => trainable),
    { weightDecay },
  );
  const views = createViews(policy, images, { views: 1, seed: seed('views'), threads: 1 });
  const random = createRandom(seed('tasks'));
  const taskOf = (step: number): Task => method.draw(partitions, random.fork(step));
  let next = taskOf(0);
  try {
    const { curves } = await train({
      steps,
      optimiser,
      rate: warmupCosine({ base: rate, warmup: Math.round(steps * params.warmup), total: steps }),
      async batch(step) {
        const task = next;
        const made = views.batch(step, task.positions);
        next = taskOf(step + 1);
        if (step + 1 < steps) views.prefetch(step + 1, next.positions);
        return { task, positions: task.positions, pixels: await made };
      },
      loss({ task, positions, pixels }) {
        const x = tf.tensor4d(pixels, [positions.length, size, size, channels]);
        const features = backbone.forward(x, { training: true });
        return { features, ...method.loss(features, task, heads) };
      },
      monitors: [featureSpread()],
      progress,
      warn,
      signal,
    });
    await writeModel(outputs.model, {
      architecture: { backbone: { ...architecture } },
      recipe: recipeOf(method.stage, policy, images, { steps, rate, weightDecay, confidence, ...method.recipe }),
      weights: await saveWeights({ backbone, ...heads }),
      curves,
    });
  } finally {
    await views.close();
    optimiser.dispose();
    disposeModule(network);
  }
}

async function startBackbone(
  init: InputArtifact | null,
  params: MetatrainParams,
  channels: number,
  seed: number,
): Promise<{ architecture: BackboneArchitecture; backbone: Backbone }> {
  const { createRandom } = await import('@twoshot/engine/random');
  const { createBackbone, loadWeights, readBackboneArchitecture } = await import('@twoshot/nn');
  if (init === null) {
    const architecture = { name: params.network, channels, width: params.width };
    return { architecture, backbone: createBackbone(architecture, createRandom(seed)) };
  }
  const { readModel } = await import('@twoshot/artifact');
  const model = await readModel(init.path);
  const architecture = readBackboneArchitecture(model.architecture);
  if (architecture.channels !== channels)
    throw new StageInputError(
      'init-channels',
      `The model of port init takes images of ${architecture.channels} channels, the images here have ${channels}`,
    );
  const backbone = createBackbone(architecture, createRandom(seed));
  loadWeights(backbone, model.weights, 'backbone');
  return { architecture, backbone };
}

/** What a model remembers of its training; `mirror` and `normalise` say how features are taken with it. */
function recipeOf(
  stage: string,
  { name, mirror, normalise, size }: Policy,
  { channels }: Images,
  params: Readonly<Record<string, Json>>,
): Json {
  return {
    stage,
    policy: name,
    mirror,
    channels,
    normalise: normalise === null ? null : { mean: normalise.mean, std: normalise.std },
    size,
    ...params,
  };
}
