import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeClusterBy } from '../../../src/managers/metadata/decode-cluster-by.js'

it('CLUSTER BY of one column is that column', () => {
  expect(decodeClusterBy('a', ['a', 'b'])).toEqual(['a'])
})

it('CLUSTER BY of several columns finds them by the hidden column that stands for them', () => {
  expect(decodeClusterBy('__mo_cbkey_001a003b b', ['a', 'B b', 'c'])).toEqual(['a', 'B b'])
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .map((text) => text.toLowerCase())
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 5 }), (names) => {
      const parts = names.map(
        (each) => `${String(Buffer.byteLength(each)).padStart(3, '0')}${each}`,
      )
      expect(decodeClusterBy(`__mo_cbkey_${parts.join('')}`, names)).toEqual(names)
    }),
  )
})
