import { closestMatch } from 'leven'

/**
 * The candidate that a misspelt word probably stands for, or that is it with a database in front, or
 * without; undefined when none is close, or it is the word itself.
 */
export function findClosest(word: string, candidates: Iterable<string>): string | undefined {
  const byLowerCase = new Map([...candidates].map((name) => [name.toLowerCase(), name]))
  const lower = word.toLowerCase()
  const names = [...byLowerCase.keys()]
  const qualified = names.find((name) => name.endsWith(`.${lower}`) || lower.endsWith(`.${name}`))
  const maxDistance = Math.max(1, Math.floor(word.length / 3))
  const closest = qualified ?? closestMatch(lower, names, { maxDistance })
  const found = closest === undefined ? undefined : byLowerCase.get(closest)
  return found === word ? undefined : found
}
