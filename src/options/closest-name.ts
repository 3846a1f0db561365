/**
 * Finds the known name that was most likely meant: the same letters in another case or with `_`, or
 * a typing error or two.
 *
 * @example
 * closestName('if_exists', ['ifExists', 'keys'])  // 'ifExists'
 */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const plain = plainOf(name)
  const allowed = Math.max(1, Math.floor(plain.length / 3))
  let closest: string | undefined
  let least = allowed + 1
  for (const candidate of known) {
    const distance = editDistance(plain, plainOf(candidate))
    if (distance >= least) continue
    closest = candidate
    least = distance
  }
  return closest
}

function plainOf(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase()
}

/** Counts the insertions, deletions and replacements between two texts (Levenshtein). */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_cell, column) => column)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
