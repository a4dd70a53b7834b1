/** How the learning rate of a run goes. */
export interface LearningRateSchedule {
  /** The highest rate. */
  readonly peak: number;
  /** Steps of the linear rise to the peak. */
  readonly warmupSteps: number;
  /** Steps of the linear fall from the peak to zero, which ends with the last step. */
  readonly decaySteps: number;
  readonly totalSteps: number;
}

/**
 * The learning rate of a step: it rises linearly over the warm-up, stays, and falls linearly to zero after the last
 * step. With no plateau this is "straight to zero" (Bergsma et al. 2025); with a short decay, warm-up, stable, decay
 * (Hu et al. 2024), whose plateau does not depend on where the run will end.
 *
 * @param step - counted from 0
 * @param schedule - the run's schedule
 */
export function learningRateAt(step: number, schedule: LearningRateSchedule): number {
  const { peak, warmupSteps, decaySteps, totalSteps } = schedule;
  const rise = (step + 1) / (warmupSteps + 1);
  const fall = (totalSteps - step) / Math.max(1, decaySteps);
  return peak * Math.min(1, rise, fall);
}
