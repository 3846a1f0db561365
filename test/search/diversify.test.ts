import fc from 'fast-check'
import { diversify, ValueError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'

interface Row {
  readonly id: number
  readonly vector: readonly number[]
}

const similarity = (one: readonly number[], other: readonly number[]): number => {
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, at) => sum + value * (b[at] as number), 0)
  const norms = Math.sqrt(product(one, one) * product(other, other))
  return norms === 0 ? 0 : product(one, other) / norms
}

/** The marginal relevance of a row behind the chosen ones, by the formula of its paper. */
function scoreOf(
  { vector }: Row,
  query: readonly number[],
  lambda: number,
  chosen: readonly Row[],
): number {
  const redundancy =
    chosen.length === 0 ? 1 : Math.max(...chosen.map((each) => similarity(vector, each.vector)))
  return lambda * similarity(query, vector) - (1 - lambda) * redundancy
}

const vectors = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 })

describe('diversify', () => {
  it('chooses the row of the largest marginal relevance, one after the other', () => {
    fc.assert(
      fc.property(
        vectors,
        fc.array(vectors, { maxLength: 15 }),
        fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
        fc.integer({ min: 1, max: 16 }),
        (query, list, lambda, top) => {
          const rows = list.map((vector, id) => ({ id, vector }))
          const found = diversify(rows, query, ({ vector }) => vector, { lambda, top })
          expect(found).toHaveLength(Math.min(top, rows.length))
          expect(new Set(found).size).toBe(found.length)
          // Rows of the same score may change places in the last bit of a double.
          for (const [at, row] of found.entries()) {
            const before = found.slice(0, at)
            const scores = rows
              .filter((each) => !before.includes(each))
              .map((each) => scoreOf(each, query, lambda, before))
            expect(scoreOf(row, query, lambda, before)).toBeCloseTo(Math.max(...scores), 9)
          }
        },
      ),
    )
  })

  it('puts a row that says something else before one that says the same again', () => {
    const rows = [
      { id: 1, vector: [10, 1] },
      { id: 2, vector: [10, 1.1] },
      { id: 3, vector: [10, -4] },
    ]
    const order = (lambda: number) =>
      diversify(rows, [10, 0], ({ vector }) => vector, { lambda }).map(({ id }) => id)
    expect(order(1)).toEqual([1, 2, 3])
    expect(order(0.5)).toEqual([1, 3, 2])
    expect(diversify(rows, [10, 0], ({ vector }) => vector, { top: 2 })).toEqual([rows[0], rows[2]])
  })

  it('measures as the search does', () => {
    const rows = [
      [3, 0],
      [30, 1],
      [4, 0],
    ].map((vector, id) => ({ id, vector }))
    const order = (metric: 'l2' | 'cosine' | 'ip') =>
      diversify(rows, [3, 0], ({ vector }) => vector, { metric, lambda: 1 }).map(({ id }) => id)
    expect(order('l2')).toEqual([0, 2, 1])
    expect(order('cosine')).toEqual([0, 2, 1])
    expect(order('ip')).toEqual([1, 2, 0])
  })

  it('refuses vectors that are missing or of another length', () => {
    expect(() => diversify([1, 2], [1, 2], (row) => (row === 1 ? [1, 2] : null))).toThrow(
      new ValueError(
        'diversify needs a vector of 2 elements for each row, as long as the query; row 1 has none.',
      ),
    )
    expect(() => diversify([1], [1, 2], () => [1], { lambda: 2 })).toThrow(
      'The option lambda of diversify must be a number from 0 to 1, got 2.',
    )
  })
})
