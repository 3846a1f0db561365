/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Some items in random order, all when there are no more; the same for the same seed. */
export function sampleOf<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const random = seededRandom(seed)
  const shuffled = [...items]
  const wanted = Math.min(count, items.length)
  for (let at = 0; at < wanted; at += 1) {
    const other = at + Math.floor(random() * (shuffled.length - at))
    const moved = shuffled[at] as Item
    shuffled[at] = shuffled[other] as Item
    shuffled[other] = moved
  }
  return shuffled.slice(0, wanted)
}
