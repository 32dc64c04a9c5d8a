import type { Schedule } from '@twoshot/nn';
import { choice, integer, number, numbers, optional, type ParamValues } from '@twoshot/stage';

/** Params of the learning-rate schedule; arguments set the defaults that differ. */
export function scheduleParams(defaults: { learningRate: number; warmup: number }) {
  return {
    learningRate: number({
      default: defaults.learningRate,
      minimum: 0,
      formerly: 'rate',
      doc: 'highest learning rate',
    }),
    schedule: choice(['cosine', 'constant', 'multi-step', 'one-cycle'], {
      default: 'cosine',
      doc: 'schedule after the warm-up: cosine falls to 0, multi-step falls at the `milestones`; one-cycle rises along a cosine, falls far below its start, and moves momentum in the opposite direction',
    }),
    warmup: number({
      default: defaults.warmup,
      minimum: 0,
      maximum: 1,
      doc: 'fraction of the steps in which the learning rate rises',
    }),
    warmupSteps: optional(
      integer({ minimum: 0, doc: 'steps' }),
      'number of steps in which the learning rate rises; null for the fraction `warmup`',
    ),
    milestones: numbers({
      default: [],
      minimum: 0,
      doc: 'multi-step: steps at which the learning rate is multiplied by `gamma`',
    }),
    gamma: number({
      default: 0.1,
      minimum: 0,
      doc: 'multi-step: factor of the learning rate at each milestone',
    }),
  };
}

export type ScheduleParams = ParamValues<ReturnType<typeof scheduleParams>>;

/** Whether the learning rates of the first steps are independent of the total; reads only the params that it needs. */
export function isExtendable(params: ScheduleParams): boolean {
  const isOpen = params.schedule === 'constant' || params.schedule === 'multi-step';
  return isOpen && (params.warmupSteps !== null || params.warmup === 0);
}

/**
 * The schedule of the params; reads only those that it needs.
 *
 * @param highest learning rate, which may differ from the param's
 */
export async function scheduleOf(
  params: ScheduleParams,
  { steps, highest }: { steps: number; highest: number },
): Promise<{ readonly learningRate: Schedule; readonly momentum?: Schedule }> {
  const { constant, multiStep, oneCycle, warmUp, warmupCosine } = await import('@twoshot/nn');
  const { schedule } = params;
  const warmup = (): number => params.warmupSteps ?? Math.round(steps * params.warmup);
  switch (schedule) {
    case 'cosine':
      return { learningRate: warmupCosine({ base: highest, warmup: warmup(), total: steps }) };
    case 'constant':
      return { learningRate: warmUp(constant(highest), warmup()) };
    case 'multi-step': {
      const { milestones, gamma } = params;
      return { learningRate: warmUp(multiStep({ base: highest, milestones, gamma }), warmup()) };
    }
    case 'one-cycle':
      return oneCycle({ maximum: highest, total: steps, rise: warmup() / steps });
    default:
      return schedule satisfies never;
  }
}
