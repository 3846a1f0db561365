import { canonicalJson } from './canonical-json.js'

/**
 * Orders text by code points: the same on every machine, unlike a locale's collation, and unlike
 * `<`, which puts astral characters (emoji) before U+E000…U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at)
    const right = b.charCodeAt(at)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above U+FFFF, so they come last. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** A sorted copy; what has the same key is put in order by everything else that it has. */
export function sortedBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  return items.toSorted(
    (a, b) =>
      compareCodePoints(keyOf(a), keyOf(b)) ||
      compareCodePoints(canonicalJson(a), canonicalJson(b)),
  )
}
