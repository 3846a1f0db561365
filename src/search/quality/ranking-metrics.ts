/**
 * Measures of a ranking against judgements, computed as trec_eval and BEIR do: a document that was not
 * judged counts as irrelevant, gains are the grades themselves, and a document that is ranked twice counts
 * where it stands first.
 */
import { checkLimit } from '../check-limit.js'

/** How relevant documents are to a query; one that is not there, or not above 0, is irrelevant. */
export type Grades<Id = string> = ReadonlyMap<Id, number>

/**
 * nDCG@k: from 0 to 1, where 1 is the best order that the judged documents could have.
 *
 * @returns 0 where no document is relevant
 *
 * @example
 * ndcgAt(['b', 'a'], new Map([['a', 1]]), 10)  // 0.63
 */
export function ndcgAt<Id>(ranking: readonly Id[], grades: Grades<Id>, k: number): number {
  checkLimit('ndcgAt', k)
  const best = discount(
    [...grades.values()].filter(isRelevant).toSorted((a, b) => b - a),
    k,
  )
  if (best === 0) return 0
  return (
    discount(
      [...new Set(ranking)].map((id) => gradeOf(grades, id)),
      k,
    ) / best
  )
}

/**
 * Recall@k: the share of the relevant documents that are among the first k, from 0 to 1.
 *
 * @returns 0 where no document is relevant
 */
export function recallAt<Id>(ranking: readonly Id[], grades: Grades<Id>, k: number): number {
  checkLimit('recallAt', k)
  const relevant = [...grades.values()].filter(isRelevant).length
  if (relevant === 0) return 0
  const first = [...new Set(ranking)].slice(0, k)
  return first.filter((id) => gradeOf(grades, id) > 0).length / relevant
}

/**
 * The reciprocal of the first relevant document's rank, 0 without one; its average over queries is the MRR.
 *
 * @param k looks no further; all of the ranking unless given
 */
export function reciprocalRankAt<Id>(
  ranking: readonly Id[],
  grades: Grades<Id>,
  k: number = Math.max(1, ranking.length),
): number {
  checkLimit('reciprocalRankAt', k)
  const first = [...new Set(ranking)].slice(0, k).findIndex((id) => gradeOf(grades, id) > 0)
  return first === -1 ? 0 : 1 / (first + 1)
}

/** Adds up grades, the less the later they come. */
function discount(grades: readonly number[], k: number): number {
  return grades.slice(0, k).reduce((sum, grade, at) => sum + grade / Math.log2(at + 2), 0)
}

function gradeOf<Id>(grades: Grades<Id>, id: Id): number {
  const grade = grades.get(id) ?? 0
  return isRelevant(grade) ? grade : 0
}

function isRelevant(grade: number): boolean {
  return grade > 0
}
