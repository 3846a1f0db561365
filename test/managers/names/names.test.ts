import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueError } from 'kysely-matrixone'
import {
  checkName,
  type NameKind,
  parseTableReference,
  quoteCheckedName,
  quoteDatabase,
  quoteNewDatabase,
  quoteNewTable,
  quoteTable,
} from '../../../src/managers/names/names.js'

const kinds: readonly NameKind[] = [
  'account',
  'user',
  'role',
  'snapshot',
  'pitr',
  'stage',
  'publication',
  'CDC task',
]

describe.each(kinds)('the name of a %s', (kind) => {
  it('comes back in lower case, as the server stores it', () => {
    expect(checkName(kind, 'Friday_2026-11')).toBe('friday_2026-11')
    expect(quoteCheckedName(kind, 'A')).toBe('`a`')
  })

  it.each([
    '',
    ' ',
    'a b',
    "a'b",
    'a"b',
    'a`b',
    'a\\b',
    'a;b',
    '-a',
    '--',
    "x' or '1'='1",
    'a\nb',
    'a\n',
    'ä',
    '表',
    '😀',
    'a\0',
    'x'.repeat(301),
  ])('is refused when the server would refuse, change or run it: %j', (name) => {
    expect(() => checkName(kind, name)).toThrow(ValueError)
  })

  it('is either refused or sent as it will be stored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (name) => {
        try {
          expect(checkName(kind, name)).toBe(name.toLowerCase())
          expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/)
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError)
        }
      }),
    )
  })
})

describe('a long name', () => {
  it('is refused where the server would silently keep 64 characters of it', () => {
    expect(checkName('snapshot', 'x'.repeat(64))).toHaveLength(64)
    expect(() => checkName('snapshot', 'x'.repeat(65))).toThrow(/keeps only the first 64/)
    expect(checkName('user', 'x'.repeat(300))).toHaveLength(300)
  })
})

describe('the name of a table', () => {
  it('is quoted part by part', () => {
    expect(quoteTable('orders')).toBe('`orders`')
    expect(quoteTable('shop.orders')).toBe('`shop`.`orders`')
    expect(quoteTable('shop.or`d.ers')).toBe('`shop`.`or``d.ers`')
  })

  it.each(['', '.', 'shop.', '.orders'])('is refused when a part is missing: %j', (name) => {
    expect(() => parseTableReference(name)).toThrow(ValueError)
  })
})

describe('the name of a database', () => {
  it.each(['a b', "a'b", 'a"b', 'a`b', '', 'a\tb'])(
    'is refused when none can have it: %j',
    (name) => {
      expect(() => quoteDatabase(name)).toThrow(ValueError)
    },
  )

  it('may hold anything else', () => {
    expect(quoteDatabase('shop-2;--表')).toBe('`shop-2;--表`')
  })
})

describe('the name of a table or database that is made', () => {
  it.each(['a\u00a0b', 'a\u200db', '\ufeffa', 'a\u0007'])(
    'is refused when the server could never drop it again: %j',
    (name) => {
      expect(() => quoteNewTable(`shop.${name}`)).toThrow('never drop')
      expect(() => quoteNewDatabase(name)).toThrow(ValueError)
      expect(quoteTable(`shop.${name}`)).toBe(`\`shop\`.\`${name}\``)
    },
  )

  it('is quoted as any other', () => {
    expect(quoteNewTable('shop.a b🚧')).toBe('`shop`.`a b🚧`')
    expect(quoteNewDatabase('shop-漢字')).toBe('`shop-漢字`')
  })
})
