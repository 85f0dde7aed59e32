/** The longest name that gets a suggestion, and that is suggested: longer ones are seldom mistyped and cost their length squared. */
const MAX_LENGTH = 64;
/** Candidates that are looked at. */
const MAX_CANDIDATES = 500;

/** Edit distance (Levenshtein with swaps of neighbours), given up once it exceeds `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  let leastOfLast = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2] + 1);
      }
      row.push(best);
      if (best < least) least = best;
    }
    // A swap leads past a row, and costs one.
    if (least > most && leastOfLast >= most) return most + 1;
    leastOfLast = least;
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}

/** The candidate that `name` was probably meant to be, or undefined if none is close. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const asked = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  let looked = 0;
  for (const candidate of candidates) {
    if (looked++ === MAX_CANDIDATES) break;
    if (candidate.length > MAX_LENGTH) continue;
    const d = distance(asked, candidate.toLowerCase(), bestDistance - 1);
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
    if (d === 0) break;
  }
  return best;
}

/** ` (did you mean \`x\`?)`, or nothing if no candidate is close. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const best = nearest(name, candidates);
  return best === undefined ? '' : `; did you mean \`${best}\`?`;
}
