import { type ModelConfig, parameterLayout } from "./parameters.ts";
import { createRandom } from "./random.ts";

/** The spread of a fresh weight (Radford et al. 2019). */
const SPREAD = 0.02;

/**
 * Weights to begin a pretraining with: normal with deviation 0.02, those that add to the residual stream divided by
 * √(2 · layers) (Radford et al. 2019, section 2.3), norms 1.
 *
 * @param config - the model's shape
 * @param seed - the same seed gives the same weights
 */
export function initialWeights(config: ModelConfig, seed: number): Float32Array {
  const layout = parameterLayout(config);
  const weights = new Float32Array(layout.reduce((sum, { size }) => sum + size, 0));
  const random = createRandom(seed);
  for (const { name, shape, offset, size } of layout) {
    const part = weights.subarray(offset, offset + size);
    if (shape.length === 1) {
      part.fill(1);
      continue;
    }
    const addsToResidual = name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
    const deviation = addsToResidual ? SPREAD / Math.sqrt(2 * config.layers) : SPREAD;
    for (let i = 0; i < size; i++) {
      // Twelve uniform numbers less six are close to normal (Irwin and Hall), and exact on every machine.
      let sum = -6;
      for (let j = 0; j < 12; j++) sum += random.next();
      part[i] = sum * deviation;
    }
  }
  return weights;
}
