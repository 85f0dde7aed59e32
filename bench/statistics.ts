/** Medians with their intervals, without assuming a distribution. */

export interface Summary {
  median: number;
  /** The median of the population lies between these with at least 95 % confidence. */
  low: number;
  high: number;
  samples: number;
}

/** The median and its interval by order statistics (binomial with p = 1/2). */
export function summarize(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  const rank = lowRank(n);
  const middle = n / 2;
  const median = n % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, low: sorted[rank], high: sorted[n - 1 - rank], samples: n };
}

/** The largest k for which fewer than 2.5 % of samples of n lie with at most k below the median. */
function lowRank(n: number): number {
  let probability = 0.5 ** n;
  let cumulated = probability;
  let k = 0;
  while (k < n / 2) {
    probability *= (n - k) / (k + 1);
    if (cumulated + probability > 0.025) return k;
    cumulated += probability;
    k++;
  }
  return k;
}
