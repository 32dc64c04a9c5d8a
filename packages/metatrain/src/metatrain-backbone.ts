import type { Images } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import type { Part } from '@twoshot/model';
import type { Backbone, BackboneArchitecture } from '@twoshot/nn';
import type { InputArtifact } from '@twoshot/stage';
import {
  architectureOf,
  type BackboneContext,
  type BatchSource,
  type PixelBatch,
  policyOf,
  type Recipe,
  trainBackbone,
  type TrainingMethod,
} from '@twoshot/training';
import type { Policy } from '@twoshot/views';
import type { MetatrainParams } from './metatrain-params.js';
import type { PseudoClasses } from './pseudo-classes.js';

export interface MetatrainContext extends BackboneContext {
  readonly params: MetatrainParams;
  readonly inputs: {
    readonly images: InputArtifact;
    readonly assignments: InputArtifact;
    readonly policy: InputArtifact;
    readonly init: InputArtifact | null;
  };
}

interface Positions {
  readonly positions: Uint32Array;
}

/** What a meta-training method defines: its tasks, heads, memory and loss. */
export interface MetatrainMethod<Task extends Positions> {
  /** `metatrain/...`, for the model's recipe. */
  readonly stage: string;
  /** Minimum images of a cluster that is used. */
  readonly minimum: number;
  /** Draws the task of a step. */
  readonly draw: (partitions: readonly PseudoClasses[], random: Random) => Task;
  /** The loss receives one view [positions, side, side, channels] of every image of the task. */
  readonly method: (backbone: Part<Backbone>) => TrainingMethod<readonly tf.Tensor4D[], TaskViews<Task>>;
  /** Settings of the method for the recipe of the model. */
  readonly recipe: Recipe;
}

/** Reads images, pseudo-labels and policy, trains the backbone on the tasks of a method, and writes the model. */
export async function metatrainBackbone<Task extends Positions>(
  context: MetatrainContext,
  { stage, minimum, draw, method, recipe }: MetatrainMethod<Task>,
): Promise<void> {
  const { readAssignments, readImages } = await import('@twoshot/artifact');
  const { createRandom } = await import('@twoshot/engine/random');
  const { pseudoClasses } = await import('./pseudo-classes.js');
  const { params, inputs, seed, threads, log } = context;
  const { steps, accumulate, learningRate, weightDecay, confidence } = params;

  const images = await readImages(inputs.images.path);
  const partitions = pseudoClasses(await readAssignments(inputs.assignments.path), images, {
    confidence,
    minimum,
    from: inputs.assignments,
  });
  for (const { name, members } of partitions)
    log(`${name}: ${members.length} classes of ${members.map(({ length }) => length).join(', ')} images`);
  const policy = await policyOf(inputs.policy.path, params.size);
  const random = createRandom(seed('tasks'));
  const source = (): Promise<BatchSource<TaskViews<Task>>> =>
    createTaskViews(policy, images, {
      tasks: steps * accumulate,
      seed: seed('views'),
      threads,
      taskOf: (number) => draw(partitions, random.fork(number)),
    });
  const architecture = (): Promise<BackboneArchitecture> => architectureOf(params, images.channels);
  await trainBackbone(
    context,
    { images, init: inputs.init, architecture, source, steps, accumulate, views: 1, method },
    { stage, policy, size: policy.size, learningRate, settings: { weightDecay, confidence, ...recipe } },
  );
}

export interface TaskViews<Task> extends PixelBatch {
  readonly task: Task;
}

/** One view of every image of a task, while those of the next task are prepared. */
async function createTaskViews<Task extends Positions>(
  policy: Policy,
  images: Images,
  { tasks, seed, threads, taskOf }: { tasks: number; seed: number; threads: number; taskOf: (number: number) => Task },
): Promise<BatchSource<TaskViews<Task>>> {
  const { createViews } = await import('@twoshot/views');
  const views = createViews(policy, images, { views: 1, seed, threads });
  return {
    async batch(number) {
      const task = taskOf(number);
      const made = views.batch(number, task.positions);
      if (number + 1 < tasks) views.prefetch(number + 1, taskOf(number + 1).positions);
      return { task, positions: task.positions, groups: [{ pixels: await made, size: policy.size }] };
    },
    close: () => views.close(),
  };
}
