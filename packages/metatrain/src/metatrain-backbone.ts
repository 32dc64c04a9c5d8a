import type { Images } from '@twoshot/artifact';
import type { InputArtifact, Params, ParamValues } from '@twoshot/stage';
import {
  architectureOf,
  type BackboneContext,
  type BatchSource,
  type PixelBatch,
  policyOf,
  trainBackbone,
} from '@twoshot/training';
import type { Policy } from '@twoshot/views';
import { classPartitions } from './class-partitions.js';
import type { MetatrainParams } from './metatrain-params.js';
import type { MetatrainDefinition } from './metatrain-stage.js';

export interface MetatrainContext<P extends Params> extends BackboneContext {
  readonly params: MetatrainParams & ParamValues<P>;
  readonly inputs: {
    readonly images: InputArtifact;
    readonly assignments: InputArtifact | null;
    readonly labels: InputArtifact | null;
    readonly policy: InputArtifact;
    readonly init: InputArtifact | null;
  };
}

export interface Positions {
  readonly positions: Uint32Array;
}

export interface TaskViews<Task> extends PixelBatch {
  readonly task: Task;
}

/** Reads images, classes and policy, trains the backbone on the tasks of a method, and writes the model. */
export async function metatrainBackbone<P extends Params, Task extends Positions>(
  context: MetatrainContext<P>,
  definition: MetatrainDefinition<P, Task>,
): Promise<void> {
  const { readImages } = await import('@twoshot/artifact');
  const { createRandom } = await import('@twoshot/engine/random');
  const { params, inputs, seed, threads, log } = context;
  const { steps, accumulate, learningRate, weightDecay, confidence } = params;
  const { name: stage } = definition;

  const images = await readImages(inputs.images.path);
  const minimum = definition.minimum(params);
  const partitions = await classPartitions(inputs, images, { confidence, minimum });
  for (const { name, members } of partitions)
    log(`${name}: ${members.length} classes of ${members.map(({ length }) => length).join(', ')} images`);
  const policy = await policyOf(inputs.policy.path, params.size);
  const random = createRandom(seed('tasks'));
  const source = (): Promise<BatchSource<TaskViews<Task>>> =>
    createTaskViews(policy, images, {
      tasks: steps * accumulate,
      seed: seed('views'),
      threads,
      taskOf: (number) => definition.draw(partitions, params, random.fork(number)),
    });
  const own = Object.fromEntries(Object.keys(definition.params).map((name) => [name, params[name] as never]));
  await trainBackbone(
    context,
    {
      images,
      init: inputs.init,
      architecture: () => architectureOf(params, images.channels),
      source,
      steps,
      accumulate,
      views: 1,
      method: (backbone) => definition.method({ params, seed, backbone, images, partitions }),
    },
    { stage, policy, size: policy.size, learningRate, settings: { weightDecay, confidence, ...own } },
  );
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
