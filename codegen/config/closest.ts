import { closestMatch } from 'leven'

/** The candidate that a misspelt word probably stands for; undefined when none is close, or it is the word itself. */
export function findClosest(word: string, candidates: Iterable<string>): string | undefined {
  const byLowerCase = new Map([...candidates].map((name) => [name.toLowerCase(), name]))
  const maxDistance = Math.max(1, Math.floor(word.length / 3))
  const closest = closestMatch(word.toLowerCase(), [...byLowerCase.keys()], { maxDistance })
  const found = closest === undefined ? undefined : byLowerCase.get(closest)
  return found === word ? undefined : found
}
