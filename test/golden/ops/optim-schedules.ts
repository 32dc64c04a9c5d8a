import { tf } from '@twoshot/engine';
import * as nn from '@twoshot/nn';
import type { GoldenInputs, GoldenOp, GoldenOutput, GoldenTensor, OpTable } from '../op-table.js';

const variableOf = ({ shape, data }: Pick<GoldenTensor, 'shape' | 'data'>): tf.Variable =>
  nn.variableOf([...shape], Float32Array.from(data));

/** Row `step` of a tensor whose first axis is the step. */
function rowOf({ shape, data }: GoldenTensor, step: number): tf.Tensor {
  const side = shape.slice(1);
  const length = side.reduce((product, count) => product * count, 1);
  return tf.tensor(data.slice(step * length, (step + 1) * length), side);
}

/** Params of all ops; a case has those of its own. */
interface Params {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly decayBias: boolean;
  readonly steps: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly eta: number;
  readonly clipLr: boolean;
  readonly excludeBias: boolean;
  readonly decay: number;
  readonly maxNorm: number;
  readonly baseLr: number;
  readonly minLr: number;
  readonly maxLr: number;
  readonly warmupStartLr: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  readonly milestones: readonly number[];
  readonly gamma: number;
  readonly pctStart: number;
  readonly anneal: 'cos' | 'linear';
  readonly divFactor: number;
  readonly finalDivFactor: number;
  readonly baseMomentum: number;
  readonly maxMomentum: number;
  readonly startLr: number;
  readonly endLr: number;
  readonly start: number;
  readonly end: number;
}

/** Values of `kernel` and `bias` after each step under given gradients. */
function updates(
  create: (parameters: readonly nn.NamedParameter[], params: Params) => nn.Optimiser,
  after?: (optimiser: nn.Optimiser, outputs: Record<string, number[]>) => void,
): GoldenOp {
  return {
    tensor: true,
    trains: 'loss',
    run(params: unknown, inputs: GoldenInputs): Record<string, GoldenOutput> {
      const settings = params as Params;
      const names = ['kernel', 'bias'];
      const parameters = names.map((name) => ({
        name,
        variable: variableOf(inputs[name]!),
        layout: name === 'kernel' ? ('matrix' as const) : ('plain' as const),
        trainable: true,
      }));
      const optimiser = create(parameters, settings);
      const outputs: Record<string, number[]> = { kernel: [], bias: [], rates: [] };
      for (let step = 0; step < settings.steps; step++) {
        const gradients = [rowOf(inputs['gradKernel']!, step), rowOf(inputs['gradBias']!, step)];
        optimiser.step(gradients, { learningRate: settings.learningRate });
        tf.dispose(gradients);
        for (const { name, variable } of parameters) outputs[name]!.push(...variable.dataSync());
        after?.(optimiser, outputs);
      }
      optimiser.dispose();
      tf.dispose(parameters.map(({ variable }) => variable));
      return outputs;
    },
  };
}

const schedule = (compute: (params: Params) => Record<string, GoldenOutput>): GoldenOp => ({
  tensor: false,
  trains: 'loss',
  run: (params: unknown) => compute(params as Params),
});

const sgd = updates(nn.sgd);

export const ops: OpTable = {
  sgd,
  'sgd-momentum': sgd,
  'sgd-nesterov': sgd,
  adam: updates(nn.adam),
  adamw: updates(nn.adamW),
  lars: updates(
    (parameters, { clipLr, ...options }) => nn.lars(parameters, { ...options, clipRate: clipLr }),
    (optimiser, { rates }) => rates!.push((optimiser as nn.Lars).localRates()[0]!),
  ),
  'ema-update': {
    tensor: true,
    trains: 'loss',
    run(params: unknown, inputs) {
      const { decay } = params as Params;
      const variable = variableOf(inputs['average']!);
      const average = nn.averageOf([{ name: 'value', variable }]);
      const steps = Array.from({ length: inputs['values']!.shape[0]! }, (_, step) => {
        tf.tidy(() => variable.assign(rowOf(inputs['values']!, step)));
        average.update(decay);
        return [...average.averages[0]!.variable.dataSync()];
      });
      average.dispose();
      variable.dispose();
      return { average: steps.flat() };
    },
  },
  'clip-global-norm': {
    tensor: true,
    trains: 'loss',
    run(params: unknown, { gradA, gradB }) {
      const { maxNorm } = params as Params;
      return tf.tidy(() => {
        const given = [gradA!, gradB!].map(({ data, shape }) => tf.tensor([...data], [...shape]));
        const { gradients, norm } = nn.clipByGlobalNorm(given, maxNorm);
        const [a, b] = gradients.map((gradient) => gradient.dataSync());
        return { gradA: a!, gradB: b!, norm: norm.dataSync() };
      });
    },
  },
  'cosine-schedule': schedule((params) => {
    const { baseLr: base, minLr: minimum, totalSteps: total } = params;
    return { learningRate: nn.valuesOf(nn.cosine({ base, minimum, total }), total + 1) };
  }),
  'warmup-cosine-schedule': schedule(
    ({ baseLr: base, minLr: minimum, warmupStartLr: start, warmupSteps: warmup, totalSteps: total }) => ({
      learningRate: nn.valuesOf(nn.warmupCosine({ base, minimum, start, warmup, total }), total + 1),
    }),
  ),
  'multi-step-schedule': schedule(({ baseLr: base, milestones, gamma, totalSteps }) => ({
    learningRate: nn.valuesOf(nn.multiStep({ base, milestones, gamma }), totalSteps),
  })),
  'one-cycle-schedule': schedule(({ maxLr: maximum, totalSteps: total, pctStart: rise, ...options }) => {
    const { learningRate, momentum } = nn.oneCycle({ ...options, maximum, total, rise });
    return { learningRate: nn.valuesOf(learningRate, total), momentum: nn.valuesOf(momentum, total) };
  }),
  'lr-finder-sweep': schedule(({ startLr: start, endLr: end, steps }) => ({
    learningRate: nn.valuesOf(nn.learningRateSweep({ start, end, steps }), steps),
  })),
  'lr-finder-suggest': {
    tensor: false,
    trains: 'loss',
    run(params, { learningRates, losses }) {
      const { smoothed, steepest, minimum } = nn.suggestLearningRate(learningRates!.data, losses!.data, params);
      return {
        smoothed,
        steepestIndex: steepest.index,
        steepestLr: steepest.learningRate,
        minimumIndex: minimum.index,
        minimumLrOver10: minimum.learningRate,
      };
    },
  },
  'ema-momentum-cosine': schedule(({ start, end, totalSteps: total }) => ({
    momentum: nn.valuesOf(nn.risingCosine({ start, end, total }), total + 1),
  })),
  'teacher-temperature-warmup': schedule(({ start, end, warmupSteps: warmup, totalSteps }) => ({
    temperature: nn.valuesOf(nn.linearThenConstant({ start, end, warmup }), totalSteps),
  })),
};
