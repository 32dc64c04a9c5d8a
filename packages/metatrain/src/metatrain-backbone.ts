import type { Images, Json } from '@twoshot/artifact';
import type { tf } from '@twoshot/engine';
import type { Random } from '@twoshot/engine/random';
import type { StepLoss } from '@twoshot/nn';
import type { InputArtifact } from '@twoshot/stage';
import {
  architectureOf,
  type BackboneContext,
  type BatchSource,
  type Heads,
  policyOf,
  trainBackbone,
} from '@twoshot/training';
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

/** What one method adds to the common course. */
export interface MetatrainMethod<Task extends Positions, H extends Heads> {
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
export async function metatrainBackbone<Task extends Positions, H extends Heads>(
  context: MetatrainContext,
  method: MetatrainMethod<Task, H>,
): Promise<void> {
  const { readAssignments, readImages } = await import('@twoshot/artifact');
  const { createRandom } = await import('@twoshot/engine/random');
  const { pseudoClasses } = await import('./pseudo-classes.js');
  const { params, inputs, seed, log } = context;
  const { steps, accumulate, rate, weightDecay, confidence } = params;
  const { stage, least, draw } = method;

  const images = await readImages(inputs.images.path);
  const partitions = pseudoClasses(await readAssignments(inputs.assignments.path), images, {
    confidence,
    least,
    from: inputs.assignments.from,
  });
  for (const { name, members } of partitions)
    log(`${name}: ${members.length} classes of ${members.map(({ length }) => length).join(', ')} images`);
  const policy = await policyOf(inputs.policy.path, params.size);
  const random = createRandom(seed('tasks'));
  await trainBackbone<TaskViews<Task>, H>(
    context,
    {
      images,
      init: inputs.init,
      architecture: () => architectureOf(params, images.channels),
      heads: (dim) => ({ modules: method.heads(dim), architecture: {} }),
      source: () =>
        createTaskViews(policy, images, {
          tasks: steps * accumulate,
          seed: seed('views'),
          taskOf: (number) => draw(partitions, random.fork(number)),
        }),
      views: 1,
      loss(x, { task }, { backbone, heads }) {
        const features = backbone.forward(x, { training: true });
        return { features, ...method.loss(features, task, heads) };
      },
    },
    { stage, policy, rate, settings: { weightDecay, confidence, ...method.recipe } },
  );
}

interface TaskViews<Task> extends Positions {
  readonly task: Task;
  readonly pixels: Float32Array;
  readonly size: number;
}

/** One view of every image of a task, the next task's being made meanwhile. */
async function createTaskViews<Task extends Positions>(
  policy: Policy,
  images: Images,
  { tasks, seed, taskOf }: { tasks: number; seed: number; taskOf: (number: number) => Task },
): Promise<BatchSource<TaskViews<Task>>> {
  const { createViews } = await import('@twoshot/views');
  const views = createViews(policy, images, { views: 1, seed, threads: 1 });
  return {
    async batch(number) {
      const task = taskOf(number);
      const made = views.batch(number, task.positions);
      if (number + 1 < tasks) views.prefetch(number + 1, taskOf(number + 1).positions);
      return { task, positions: task.positions, pixels: await made, size: policy.size };
    },
    close: () => views.close(),
  };
}
