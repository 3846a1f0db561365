import { describe, expect, it } from 'vitest'
import { indexEntries } from '../../../../codegen/emit/typescript/index-entries.js'
import type { VectorIndexModel } from '../../../../src/schema/schema-model.js'
import { tableOf } from './models.js'

const plain = tableOf('t', { v: { name: 'vecf32' } })
const near: VectorIndexModel = {
  name: 'near',
  column: 'v',
  algorithm: 'ivfflat',
  metric: 'l2',
  dimension: 3,
}

describe('what can be searched in a table', () => {
  it('is null when it has no such index', () => {
    expect(indexEntries(plain)).toBeNull()
  })

  it('is one type an index, by column', () => {
    const entries = indexEntries({
      ...plain,
      vectorIndexes: [near, { ...near, name: 'angle', algorithm: 'hnsw', metric: 'cosine' }],
    })
    expect(entries?.vector.get('v')).toEqual([
      "{ index: 'near'; algo: 'ivfflat'; metric: 'l2'; dimension: 3 }",
      "{ index: 'angle'; algo: 'hnsw'; metric: 'cosine'; dimension: 3 }",
    ])
  })

  it('leaves out an index for a distance that is not known', () => {
    expect(indexEntries({ ...plain, vectorIndexes: [{ ...near, metric: null }] })).toBeNull()
  })

  it('has the columns of a full-text index in order, by index name', () => {
    const entries = indexEntries({
      ...plain,
      fulltextIndexes: [{ name: 'ft-1', columns: ['title', 'body'], parser: 'default' }],
    })
    expect([...(entries?.fulltext ?? [])]).toEqual([["'ft-1'", "readonly ['title', 'body']"]])
  })

  it('names unnamed full-text indexes by their columns: there may be several', () => {
    const entries = indexEntries({
      ...plain,
      fulltextIndexes: [
        { name: '', columns: ['a'], parser: 'default' },
        { name: '', columns: ['a', 'b'], parser: 'default' },
      ],
    })
    expect([...(entries?.fulltext.keys() ?? [])]).toEqual(["'fulltext(a)'", "'fulltext(a, b)'"])
  })
})
