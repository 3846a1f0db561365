import fc from 'fast-check'
import { ndcgAt, recallAt, reciprocalRankAt, ValueError } from 'kysely-matrixone'
import { describe, expect, expectTypeOf, it } from 'vitest'

const grades = new Map([
  ['a', 3],
  ['b', 2],
  ['c', 1],
  ['d', 0],
])

describe('the measures of a ranking', () => {
  it('are those of trec_eval: gains are grades, divided by log2 of the rank plus one', () => {
    const best = 3 / Math.log2(2) + 2 / Math.log2(3) + 1 / Math.log2(4)
    expect(ndcgAt(['a', 'b', 'c'], grades, 10)).toBe(1)
    expect(ndcgAt(['x', 'c', 'a'], grades, 10)).toBeCloseTo(
      (1 / Math.log2(3) + 3 / Math.log2(4)) / best,
      12,
    )
    expect(ndcgAt(['x', 'c', 'a'], grades, 2)).toBeCloseTo(
      1 / Math.log2(3) / (3 + 2 / Math.log2(3)),
      12,
    )
    expect(recallAt(['x', 'c', 'a'], grades, 2)).toBeCloseTo(1 / 3, 12)
    expect(reciprocalRankAt(['x', 'd', 'c'], grades)).toBeCloseTo(1 / 3, 12)
    expect(reciprocalRankAt(['x', 'd', 'c'], grades, 2)).toBe(0)
  })

  it('are 0 for nothing found and where nothing is relevant, and take any kind of id', () => {
    for (const measure of [ndcgAt, recallAt, reciprocalRankAt]) {
      expect(measure([], grades, 10)).toBe(0)
      expect(measure(['d'], new Map([['d', 0]]), 10)).toBe(0)
      expect(measure(['d'], new Map([['d', -1]]), 10)).toBe(0)
    }
    expect(ndcgAt([7], new Map([[7, 1]]), 1)).toBe(1)
    expectTypeOf(ndcgAt<number>)
      .parameter(1)
      .toEqualTypeOf<ReadonlyMap<number, number>>()
    // @ts-expect-error ids of two kinds are never the same
    expect(ndcgAt(['7'], new Map([[7, 1]]), 1)).toBe(0)
  })

  it('refuse a rank that is none', () => {
    expect(() => ndcgAt(['a'], grades, 0)).toThrow(ValueError)
    expect(() => recallAt(['a'], grades, 1.5)).toThrow('at least 1, got 1.5')
  })
})

const ids = fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
const judgements = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'z'), fc.integer({ min: -1, max: 3 }))
  .map((found) => new Map(Object.entries(found)))
const rank = fc.integer({ min: 1, max: 10 })

describe('for every ranking', () => {
  it('each measure lies between 0 and 1', () => {
    fc.assert(
      fc.property(ids, judgements, rank, (ranking, judged, k) => {
        for (const measure of [ndcgAt, recallAt, reciprocalRankAt]) {
          const value = measure(ranking, judged, k)
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1 + 1e-12)
        }
      }),
    )
  })

  it('the order by grades has the highest nDCG, and swapping a better one forward never lowers it', () => {
    fc.assert(
      fc.property(ids, judgements, rank, fc.nat(6), (ranking, judged, k, at) => {
        const gradeOf = (id: string | undefined): number => Math.max(0, judged.get(id ?? '') ?? 0)
        const swapped = [...ranking]
        if (at + 1 < ranking.length && gradeOf(ranking[at + 1]) > gradeOf(ranking[at])) {
          swapped.splice(at, 2, ranking[at + 1] as string, ranking[at] as string)
        }
        const value = ndcgAt(ranking, judged, k)
        expect(ndcgAt(swapped, judged, k)).toBeGreaterThanOrEqual(value - 1e-12)
        const best = [...judged.keys()].toSorted((x, y) => gradeOf(y) - gradeOf(x))
        const relevant = best.some((id) => gradeOf(id) > 0)
        expect(ndcgAt(best, judged, k)).toBeCloseTo(relevant ? 1 : 0, 12)
      }),
    )
  })

  it('recall never falls with k, and is 1 where everything judged was found', () => {
    fc.assert(
      fc.property(ids, judgements, rank, (ranking, judged, k) => {
        expect(recallAt(ranking, judged, k + 1)).toBeGreaterThanOrEqual(
          recallAt(ranking, judged, k),
        )
        const hasRelevant = [...judged.values()].some((grade) => grade > 0)
        const all = [...ranking, ...judged.keys()]
        expect(recallAt(all, judged, 20)).toBe(hasRelevant ? 1 : 0)
      }),
    )
  })

  it('the reciprocal rank is that of the first relevant document, and repeats change nothing', () => {
    fc.assert(
      fc.property(ids, judgements, rank, (ranking, judged, k) => {
        const first = ranking.findIndex((id) => (judged.get(id) ?? 0) > 0)
        const expected = first === -1 || first >= k ? 0 : 1 / (first + 1)
        expect(reciprocalRankAt(ranking, judged, k)).toBe(expected)
        const twice = ranking.flatMap((id) => [id, id])
        for (const measure of [ndcgAt, recallAt, reciprocalRankAt]) {
          expect(measure(twice, judged, k)).toBe(measure(ranking, judged, k))
        }
      }),
    )
  })
})
