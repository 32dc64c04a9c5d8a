import type { Schedule } from '@twoshot/nn';
import { choice, integer, number, numbers, optional, type ParamValues } from '@twoshot/stage';

/** Params that say how the learning rate goes over the steps; what differs in its default is given. */
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
      doc: 'the learning rate after its rise: cosine falls to 0, multi-step at the `milestones`; one-cycle rises along a cosine, falls far below its start, and lets momentum go the other way',
    }),
    warmup: number({
      default: defaults.warmup,
      minimum: 0,
      maximum: 1,
      doc: 'share of the steps in which the learning rate rises',
    }),
    warmupSteps: optional(
      integer({ minimum: 0, doc: 'steps' }),
      'steps in which the learning rate rises, however many there are; null for the share `warmup`',
    ),
    milestones: numbers({
      default: [],
      minimum: 0,
      doc: 'multi-step: steps from which on the learning rate is `gamma` times as high',
    }),
    gamma: number({
      default: 0.1,
      minimum: 0,
      doc: 'multi-step: what the learning rate is multiplied by at each of the milestones',
    }),
  };
}

export type ScheduleParams = ParamValues<ReturnType<typeof scheduleParams>>;

/** Whether the rates of the first steps are the same however many follow; reads only the params that it needs. */
export function isExtendable(params: ScheduleParams): boolean {
  const isOpen = params.schedule === 'constant' || params.schedule === 'multi-step';
  return isOpen && (params.warmupSteps !== null || params.warmup === 0);
}

/**
 * The schedule that the params ask for; reads only those that it needs.
 *
 * @param highest learning rate, which may be another one than the param's
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
