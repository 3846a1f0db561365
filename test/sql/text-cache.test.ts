import { describe, expect, it } from 'vitest'
import { TextCache } from '../../src/sql/text-cache.js'

function countingCache(): { readonly cache: TextCache<number>; readonly found: string[] } {
  const found: string[] = []
  const cache = new TextCache((text) => {
    found.push(text)
    return text.length
  })
  return { cache, found }
}

describe('what is kept of texts', () => {
  it('is found out once for each', () => {
    const { cache, found } = countingCache()
    expect(['a', 'bb', 'a', 'bb', 'bb'].map((text) => cache.get(text))).toEqual([1, 2, 1, 2, 2])
    expect(found).toEqual(['a', 'bb'])
  })

  it('is forgotten of what is not used, never of what is', () => {
    const { cache, found } = countingCache()
    cache.get('used')
    cache.get('unused')
    for (let index = 0; index < 5_000; index++) {
      cache.get(`text ${index}`)
      cache.get('used')
    }
    cache.get('unused')
    expect(found.filter((text) => text === 'used')).toHaveLength(1)
    expect(found.filter((text) => text === 'unused')).toHaveLength(2)
  })

  it('is not kept of long ones, which rarely come again', () => {
    const { cache, found } = countingCache()
    const long = 'x'.repeat(8_193)
    expect([cache.get(long), cache.get(long)]).toEqual([8_193, 8_193])
    expect(found).toHaveLength(2)
  })
})
