/** The value below which the share `q` (0 to 1) of the samples lies, by the nearest rank. Throws on no samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
  if (value === undefined) throw new Error("no samples");
  return value;
}

/** The middle sample (the lower one of two). */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}
