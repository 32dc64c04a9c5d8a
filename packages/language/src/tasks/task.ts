import { digestOf } from '@twoshot/artifact/canonical-json';
import type { GraphDocument } from '@twoshot/stage';
import type { Edge, Graph, StageNode } from '../pipeline/graph.js';
import { deriveProvenance, edgesOf, type Provenance } from '../pipeline/provenance.js';

/** A stage to run. When several draws run at once, a stage that does not depend on the draw is a single task. */
export interface Task {
  /** Unique among the tasks of a run: the id of the stage, and the draw where it depends on it. */
  readonly id: string;
  readonly node: StageNode;
  /** Null if it does not depend on the draw or no draws were requested. */
  readonly draw: number | null;
  /** As the inputs of `node`, with ids of tasks. */
  readonly inputs: Readonly<Record<string, Edge | readonly Edge[] | null>>;
  /** By output port. */
  readonly provenance: Readonly<Record<string, Provenance>>;
  readonly pipelineSeed: number;
  readonly graph: GraphDocument;
  /** Axes along which the same experiment is repeated: `seed`, and those of params that `--draws` sets. */
  readonly repeats: readonly string[];
}

/** The graph of one draw. */
export interface Drawn {
  readonly draw: number | null;
  readonly graph: Graph;
}

export const sourcesOf = (task: Pick<Task, 'inputs'>): readonly string[] => [
  ...new Set(
    Object.values(task.inputs)
      .flatMap(edgesOf)
      .map((edge) => edge.stage),
  ),
];

/** The seed that protocols name: the value of the axis `seed` that a stage lies on, else the pipeline's. */
export const reportedSeed = ({ node, pipelineSeed }: Pick<Task, 'node' | 'pipelineSeed'>): number =>
  typeof node.axes['seed'] === 'number' ? node.axes['seed'] : pipelineSeed;

/** Name under which the store remembers results of a stage; the draw is a param like any other there. */
export const historyName = ({
  graph,
  node,
}: {
  readonly graph: Pick<GraphDocument, 'pipeline'>;
  readonly node: Pick<StageNode, 'id'>;
}): string => `${graph.pipeline}.${node.id}`;

/** The pipeline as plain data, for stages that plot it. */
export function graphDocument({ name, stages }: Graph): GraphDocument {
  return {
    pipeline: name,
    stages: stages.map(({ id, use, inputs }) => ({
      id,
      use,
      inputs: Object.entries(inputs).flatMap(([port, wired]) =>
        edgesOf(wired).map((edge) => ({ port, from: `${edge.stage}.${edge.port}` })),
      ),
    })),
  };
}

function rewire(inputs: StageNode['inputs'], rename: (stage: string) => string): Task['inputs'] {
  const renamed = (edge: Edge): Edge => ({ stage: rename(edge.stage), port: edge.port });
  return Object.fromEntries(
    Object.entries(inputs).map(([port, wired]) => [
      port,
      wired === null ? null : Array.isArray(wired) ? edgesOf(wired).map(renamed) : renamed(wired as Edge),
    ]),
  );
}

/** Names of axes that only repeat an experiment, whatever stage of the graph they belong to. */
function repeatedAxes({ stages }: Graph): readonly string[] {
  const drawn = stages.flatMap(({ declaration: { params }, axes }) =>
    Object.keys(axes).filter((axis) => params[axis]?.drawn === true),
  );
  return ['seed', ...new Set(drawn)];
}

/** Identity of a stage apart from the draw: equal signatures do the same work. */
function signatures(graph: Graph): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const { id, use, params, inputs } of graph.stages)
    all.set(id, digestOf({ id, use, params, inputs: rewire(inputs, (stage) => all.get(stage)!) }));
  return all;
}

/** The tasks of one graph, or of one graph for every draw, in topological order. */
export function tasksOf(drawn: readonly Drawn[]): readonly Task[] {
  const several = drawn.length > 1;
  const bySignature = drawn.map(({ graph }) => signatures(graph));
  const uses = new Map<string, number>();
  for (const signature of bySignature.flatMap((each) => [...each.values()]))
    uses.set(signature, (uses.get(signature) ?? 0) + 1);
  const tasks = new Map<string, Task>();
  for (const [at, { draw, graph }] of drawn.entries()) {
    const own = bySignature[at]!;
    const isShared = (stage: string): boolean => uses.get(own.get(stage)!) === drawn.length;
    const taskId = (stage: string): string => (several && !isShared(stage) ? `${stage} draw=${draw}` : stage);
    const provenance = deriveProvenance(graph);
    const document = graphDocument(graph);
    const repeats = repeatedAxes(graph);
    for (const node of graph.stages) {
      const id = taskId(node.id);
      if (!tasks.has(id))
        tasks.set(id, {
          id,
          node,
          draw: several && isShared(node.id) ? null : draw,
          inputs: rewire(node.inputs, taskId),
          provenance: provenance.get(node.id)!,
          pipelineSeed: graph.seed,
          graph: document,
          repeats,
        });
    }
  }
  return [...tasks.values()];
}

/** A task and all its dependencies. */
export function closureOfTasks(tasks: readonly Task[], wanted: (task: Task) => boolean): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const task of [...tasks].reverse())
    if (wanted(task) || needed.has(task.id)) for (const id of [task.id, ...sourcesOf(task)]) needed.add(id);
  return needed;
}
