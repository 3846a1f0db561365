import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { rerank, ValueError } from 'kysely-matrixone'
import { describe, expect, expectTypeOf, it } from 'vitest'

const rows = [3, 1, 4, 1, 5, 9, 2, 6].map((value, id) => ({ id, value }))
const ids = (found: readonly { readonly id: number }[]): readonly number[] =>
  found.map(({ id }) => id)

describe('rerank', () => {
  it('sorts rows by their relevance, and rows of the same one stay in their order', async () => {
    const found = await rerank(rows, ({ value }) => value)
    expect(ids(found)).toEqual([5, 7, 4, 2, 0, 6, 1, 3])
    expect(found[0]).toEqual({ id: 5, value: 9, relevance: 9 })
    expectTypeOf(found).toEqualTypeOf<
      ({ id: number; value: number } & { readonly relevance: number | null })[]
    >()
    expect(await rerank([], () => 1)).toEqual([])
  })

  it('returns the top ones', async () => {
    expect(ids(await rerank(rows, async ({ value }) => -value, { top: 3 }))).toEqual([1, 3, 6])
  })

  it('equals a stable sort, and runs no more calls at once than it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        async (values, concurrency) => {
          let running = 0
          let most = 0
          const found = await rerank(
            values.map((value, id) => ({ id, value })),
            async ({ value }) => {
              most = Math.max(most, ++running)
              await Promise.resolve()
              running--
              return value
            },
            { concurrency },
          )
          const expected = values
            .map((value, id) => ({ id, value }))
            .toSorted((a, b) => (a.value === b.value ? 0 : b.value > a.value ? 1 : -1))
          expect(ids(found)).toEqual(ids(expected))
          expect(most).toBeLessThanOrEqual(concurrency)
        },
      ),
    )
  })
})

describe('a call that fails', () => {
  const failing = ({ value }: { readonly value: number }): number => {
    if (value === 4) throw new Error('the model is away')
    return value
  }

  it('ends the reranking, and tells the calls that run', async () => {
    const told: unknown[] = []
    const judge = async ({ id }: { readonly id: number }, signal: AbortSignal): Promise<number> => {
      if (id === 2) throw new Error('the model is away')
      await sleep(10_000, undefined, { signal }).catch(() => told.push(id))
      return 1
    }
    await expect(rerank(rows, judge, { concurrency: 3 })).rejects.toThrow('the model is away')
    await sleep(0)
    expect(told).toEqual([0, 1])
  })

  it('puts its row at the end, or leaves it out', async () => {
    const kept = await rerank(rows, failing, { onError: 'keep' })
    expect(kept.at(-1)).toEqual({ id: 2, value: 4, relevance: null })
    expect(kept).toHaveLength(8)
    expect(ids(await rerank(rows, failing, { onError: 'drop' }))).toEqual([5, 7, 4, 0, 6, 1, 3])
  })

  it('is one that gives no number, whatever is asked for', async () => {
    const nothing = (() => undefined) as never
    await expect(rerank(rows, nothing, { onError: 'drop' })).rejects.toThrow(ValueError)
    await expect(rerank(rows, () => Number.NaN)).rejects.toThrow(
      'The relevance of a row must be a number, got NaN.',
    )
  })
})

describe('an aborted signal', () => {
  it('ends the reranking with its reason, also one that was aborted before', async () => {
    const controller = new AbortController()
    const calls: number[] = []
    const judge = async ({ id }: { readonly id: number }): Promise<number> => {
      calls.push(id)
      if (id === 1) controller.abort(new Error('the request is gone'))
      await Promise.resolve()
      return 1
    }
    const { signal } = controller
    await expect(rerank(rows, judge, { signal, concurrency: 2 })).rejects.toThrow(
      'the request is gone',
    )
    expect(calls).toEqual([0, 1])
    await expect(rerank(rows, judge, { signal })).rejects.toThrow('the request is gone')
    expect(calls).toEqual([0, 1])
  })
})

describe('an option of rerank', () => {
  it('is refused when it is not known, or cannot be', async () => {
    await expect(rerank(rows, () => 1, { concurency: 2 } as never)).rejects.toThrow(
      'Did you mean concurrency?',
    )
    await expect(rerank(rows, () => 1, { top: 0 })).rejects.toThrow(ValueError)
  })
})
