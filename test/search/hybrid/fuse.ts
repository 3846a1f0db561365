/** Hybrid search in memory: what every hit of `hybridSearch` has to be. */

/** A row that a leg finds, by its key. */
export interface Found {
  readonly key: readonly number[]
  /** A distance, or a score below zero: the smaller the better. */
  readonly value: number
}

export interface Leg {
  readonly name: string
  readonly kind: 'vector' | 'text'
  readonly weight: number
  readonly found: readonly Found[]
}

export interface Fusing {
  /** Undefined for `weighted`. */
  readonly k: number | undefined
  readonly window: number
  readonly limit: number
}

export type Hit = Record<string, number | null>

/** The hits, the best first; columns of the key are `key0`, `key1`, … */
export function fuse(legs: readonly Leg[], { k, window, limit }: Fusing): readonly Hit[] {
  const hits = new Map<string, { readonly key: readonly number[]; readonly hit: Hit }>()
  for (const { name, kind, weight, found } of legs) {
    const rows = found
      .toSorted((a, b) => a.value - b.value || compareKeys(a.key, b.key))
      .slice(0, window)
    const best = rows[0]?.value ?? 0
    const last = rows.at(-1)?.value ?? 0
    for (const { key, value } of rows) {
      const rank = 1 + rows.filter((other) => other.value < value).length
      const term =
        k !== undefined
          ? weight / (k + rank)
          : last === best
            ? weight
            : (weight * (last - value)) / (last - best)
      const known = hits.get(key.join()) ?? { key, hit: emptyHit(legs) }
      hits.set(key.join(), known)
      known.hit['score'] = (known.hit['score'] ?? 0) + term
      known.hit[`${name}Rank`] = rank
      known.hit[`${name}${kind === 'vector' ? 'Distance' : 'Score'}`] =
        kind === 'vector' ? value : 0 - value
    }
  }
  return [...hits.values()]
    .toSorted(
      (a, b) => Number(b.hit['score']) - Number(a.hit['score']) || compareKeys(a.key, b.key),
    )
    .slice(0, limit)
    .map(({ key, hit }) => ({
      ...Object.fromEntries(key.map((value, at) => [`key${at}`, value])),
      ...hit,
    }))
}

function emptyHit(legs: readonly Leg[]): Hit {
  const columns = legs.flatMap(({ name, kind }) => [
    [`${name}Rank`, null],
    [`${name}${kind === 'vector' ? 'Distance' : 'Score'}`, null],
  ])
  return { score: 0, ...Object.fromEntries(columns) } as Hit
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) if (value !== b[at]) return value - Number(b[at])
  return 0
}
