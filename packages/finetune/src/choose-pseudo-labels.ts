/** An image with its pseudo-label. */
export interface PseudoLabel {
  /** Position of the image. */
  readonly position: number;
  readonly label: number;
  /** Probability of the class. */
  readonly confidence: number;
}

export interface PseudoLabelChoice {
  /** Fraction of the images to label. */
  readonly share: number;
  /** The same number for every class, if available; otherwise the most confident images overall. */
  readonly balance: boolean;
  /** Minimum probability of the class. */
  readonly minConfidence: number;
}

/**
 * The most confident images with their most likely class. Balanced as in SPICE (Niu et al. 2022, section 3.3), because
 * confidence alone favours easy classes; ties go to the earlier image.
 *
 * @param probabilities [images, classes]; a row of zeros is left out
 * @returns by class, the most confident first
 */
export function choosePseudoLabels(
  probabilities: Float64Array,
  classes: number,
  { share, balance, minConfidence }: PseudoLabelChoice,
): PseudoLabel[] {
  const images = probabilities.length / classes;
  const candidates: PseudoLabel[] = [];
  for (let position = 0; position < images; position++) {
    let label = 0;
    for (let c = 1; c < classes; c++)
      if (probabilities[position * classes + c]! > probabilities[position * classes + label]!) label = c;
    const confidence = probabilities[position * classes + label]!;
    if (confidence > 0 && confidence >= minConfidence) candidates.push({ position, label, confidence });
  }
  candidates.sort((a, b) => b.confidence - a.confidence || a.position - b.position);
  const wanted = Math.max(1, Math.round(share * images));
  const chosen = balance ? [] : candidates.slice(0, wanted);
  if (balance) {
    const perClass = Math.max(1, Math.floor(wanted / classes));
    const taken = new Uint32Array(classes);
    for (const candidate of candidates) if (taken[candidate.label]!++ < perClass) chosen.push(candidate);
  }
  return chosen.sort((a, b) => a.label - b.label || b.confidence - a.confidence || a.position - b.position);
}
