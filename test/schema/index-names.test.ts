import { describe, expect, it } from 'vitest'
import { ValueError } from 'kysely-matrixone'
import {
  checkFulltextPlace,
  checkIndexName,
  checkVectorPlace,
} from '../../src/schema/index-names.js'

describe('the name of an index', () => {
  it.each(["it's", 'a\\b'])('is refused where the server would break or change it: %j', (name) => {
    expect(() => checkIndexName(name)).toThrow(ValueError)
  })

  it.each(['a"b', 'a\nb'])('of HNSW stands in JSON as well: %j', (name) => {
    expect(checkIndexName(name)).toBe(name)
    expect(() => checkIndexName(name, 'hnsw')).toThrow(ValueError)
  })
})

describe('the place of an index', () => {
  it('holds no quote and no backtick where vectors are indexed', () => {
    expect(() => checkVectorPlace('articles', "it's")).toThrow('column')
    expect(() => checkVectorPlace('a`b', 'v')).toThrow('table')
    expect(() => checkVectorPlace('a b', '漢"字')).not.toThrow()
  })

  it('is a bare word where texts are indexed', () => {
    for (const column of ['a b', 'a-b', 'é', '1a', 'a.b', 'body; drop table t']) {
      expect(() => checkFulltextPlace('articles', ['title', column])).toThrow(column)
    }
    expect(() => checkFulltextPlace('a`b', ['title'])).toThrow('table')
    expect(() => checkFulltextPlace("it's", ['Title_2'])).not.toThrow()
  })
})
