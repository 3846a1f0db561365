import fc from 'fast-check'
import { pairedBootstrap, ValueError } from 'kysely-matrixone'
import { describe, expect, it } from 'vitest'
import { sampleOf, seededRandom } from '../../../src/search/quality/random.js'

const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
  minLength: 10,
  maxLength: 60,
})

describe('pairedBootstrap', () => {
  it('calls a difference one only when most queries share it', () => {
    const first = Array.from({ length: 50 }, (_, at) => ((at * 37) % 50) / 50)
    const better = first.map((value, at) => value + 0.1 + (at % 5) / 100)
    expect(pairedBootstrap(first, better)).toMatchObject({ pairs: 50, isDifferent: true })
    expect(pairedBootstrap(better, first).high).toBeLessThan(0)
    const luckyOnce = first.map((value, at) => (at === 7 ? value + 5 : value))
    const lucky = pairedBootstrap(first, luckyOnce)
    expect(lucky.difference).toBeCloseTo(0.1, 12)
    expect(lucky.isDifferent).toBe(false)
  })

  it('never calls one with fewer than ten queries, or where nothing differs', () => {
    expect(pairedBootstrap([0, 0, 0], [1, 1, 1]).isDifferent).toBe(false)
    const same = Array.from({ length: 20 }, () => 0.5)
    expect(pairedBootstrap(same, same)).toEqual({
      difference: 0,
      low: 0,
      high: 0,
      pairs: 20,
      isDifferent: false,
    })
  })

  it('asks for more where more comparisons are made', () => {
    const first = Array.from({ length: 40 }, () => 0)
    const second = first.map((_, at) => (at % 3 === 0 ? -0.4 : 0.5))
    expect(pairedBootstrap(first, second).isDifferent).toBe(true)
    expect(pairedBootstrap(first, second, { comparisons: 100 }).isDifferent).toBe(false)
  })

  it('errs in about one of twenty cases where two searches are the same', () => {
    const random = seededRandom(20_261_129)
    const noise = (): number[] => Array.from({ length: 25 }, random)
    const found = Array.from({ length: 400 }, (_, seed) =>
      pairedBootstrap(noise(), noise(), { samples: 400, seed }),
    ).filter(({ isDifferent }) => isDifferent)
    expect(found.length).toBeGreaterThan(5)
    expect(found.length).toBeLessThan(36)
  })

  it('gives the same for the same seed, its mirror image for the lists exchanged', () => {
    fc.assert(
      fc.property(values, fc.nat(1_000), (first, seed) => {
        const second = first.map((value, at) => value * ((at % 4) / 2))
        const options = { samples: 200, seed }
        const found = pairedBootstrap(first, second, options)
        expect(pairedBootstrap(first, second, options)).toEqual(found)
        const back = pairedBootstrap(second, first, options)
        expect(back.difference).toBeCloseTo(-found.difference, 12)
        expect(found.low).toBeLessThanOrEqual(found.difference + 1e-12)
        expect(found.high).toBeGreaterThanOrEqual(found.difference - 1e-12)
      }),
      { numRuns: 50 },
    )
  })

  it('refuses lists of different lengths, none, values that are not numbers and unknown options', () => {
    expect(() => pairedBootstrap([1], [1, 2])).toThrow('of at least one, got 1 and 2 values')
    expect(() => pairedBootstrap([], [])).toThrow(ValueError)
    expect(() => pairedBootstrap([0, Number.NaN], [0, 1])).toThrow('the pair 1 are not')
    expect(() => pairedBootstrap([0], [1], { sample: 7 } as never)).toThrow(
      'pairedBootstrap has no option sample. Did you mean samples?',
    )
  })
})

describe('a sample', () => {
  it('holds each item once, and is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat()), fc.nat(50), fc.nat(), (items, count, seed) => {
        const sample = sampleOf(items, count, seed)
        expect(sample).toHaveLength(Math.min(count, items.length))
        expect(new Set(sample).size).toBe(sample.length)
        expect(sample.every((item) => items.includes(item))).toBe(true)
        expect(sampleOf(items, count, seed)).toEqual(sample)
      }),
    )
  })
})
