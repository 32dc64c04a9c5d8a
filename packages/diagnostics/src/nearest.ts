/**
 * The most likely intended name, or null where none is near: at most a third of the letters, but at least two, may
 * differ. A name is also found by its prefix, and by the part after its slash (`vicreg` for `pretrain/vicreg`).
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const wanted = name.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const known = candidate.toLowerCase();
    const tail = known.slice(known.indexOf('/') + 1);
    // A name of one or two letters must not match every other short name.
    const cut = Math.min(wanted.length, known.length) > 1 && (wanted.startsWith(known) || known.startsWith(wanted));
    const nearestDistance = Math.min(
      distance(wanted, known),
      tail === known ? Infinity : distance(wanted, tail) + 0.5,
      cut ? 2 : Infinity,
    );
    if (nearestDistance < bestDistance && nearestDistance < wanted.length) {
      best = candidate;
      bestDistance = nearestDistance;
    }
  }
  return best;
}

/** Levenshtein's distance, where swapping two neighbouring letters counts as one edit (optimal string alignment). */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let fewest = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        fewest = Math.min(fewest, (before[j - 2] ?? 0) + 1);
      }
      current.push(fewest);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
