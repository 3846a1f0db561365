/** The fusion of a hybrid search in memory, to try settings without sending a statement for each. */

/** A hit of one leg. */
export interface LegHit {
  /** By which a hit of several legs is the same one. */
  readonly key: string
  /** For ties, compared one after the other. */
  readonly order: readonly unknown[]
  /** The id of its judgements. */
  readonly id: string
  readonly rank: number
  /** The smaller the better. */
  readonly value: number
}

/** The settings of a fusion. */
export interface FusionSettings {
  /** Undefined for `weighted`. */
  readonly k: number | undefined
  readonly window: number
  readonly weights: Readonly<Record<string, number>>
}

/** The ids of the best hits, in order. */
export function fuseLegs(
  legs: ReadonlyMap<string, readonly LegHit[]>,
  { k, window, weights }: FusionSettings,
  limit: number,
): readonly string[] {
  const scores = new Map<string, { readonly hit: LegHit; score: number }>()
  for (const [name, all] of legs) {
    const hits = all.slice(0, window)
    const weight = weights[name] ?? 1
    const [best = 0, last = 0] = [hits[0]?.value, hits.at(-1)?.value]
    for (const hit of hits) {
      const known = scores.get(hit.key) ?? { hit, score: 0 }
      known.score +=
        k !== undefined
          ? weight / (k + hit.rank)
          : last === best
            ? weight
            : (weight * (last - hit.value)) / (last - best)
      scores.set(hit.key, known)
    }
  }
  return [...scores.values()]
    .toSorted((a, b) => b.score - a.score || compareKeys(a.hit.order, b.hit.order))
    .slice(0, limit)
    .map(({ hit }) => hit.id)
}

function compareKeys(left: readonly unknown[], right: readonly unknown[]): number {
  for (const [at, value] of left.entries()) {
    const other = right[at]
    if (typeof value === 'number' && typeof other === 'number') {
      if (value !== other) return value - other
    } else if (String(value) !== String(other)) return String(value) < String(other) ? -1 : 1
  }
  return 0
}
