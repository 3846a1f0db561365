import { describe, expect, it } from 'vitest'
import { findClosest } from '../../../codegen/config/closest.js'

describe('the closest name', () => {
  it.each([
    ['articels', ['authors', 'articles'], 'articles'],
    ['Articles', ['articles'], 'articles'],
    ['nothing', ['articles'], undefined],
    ['articles', ['articles'], undefined],
    // With the database that it needs where several are read, and without where one is.
    ['articles', ['crm.authors', 'shop.articles'], 'shop.articles'],
    ['articles.id', ['shop.articles.title', 'shop.articles.id'], 'shop.articles.id'],
    ['shop.Articles.id', ['articles.id'], 'articles.id'],
  ])('of %s among %j is %s', (word, names, closest) => {
    expect(findClosest(word, names)).toBe(closest)
  })
})
