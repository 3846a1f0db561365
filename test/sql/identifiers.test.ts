import fc from 'fast-check'
import type { Connection } from 'mysql2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ValueError } from '../../src/errors.js'
import { quoteIdentifier, quoteQualified } from '../../src/sql/identifiers.js'
import { SqlScanner, TokenKind } from '../../src/sql/tokens.js'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'
import { connect, queryPlain, queryTyped } from '../wire/raw-query.js'

const server = useServer(import.meta.url)

describe('quoteIdentifier', () => {
  it('doubles backticks', () => {
    expect(quoteIdentifier('a`b')).toBe('`a``b`')
    expect(quoteQualified('shop', undefined, 'a`b', 'c')).toBe('`shop`.`a``b`.`c`')
  })

  it.each([
    ['', 'empty'],
    ['a\0b', 'never drop'],
    ['a\ud800', 'lone surrogate'],
  ])('refuses %j', (name, message) => {
    expect(() => quoteIdentifier(name)).toThrow(ValueError)
    expect(() => quoteIdentifier(name)).toThrow(message)
  })

  it('makes one name of any text', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((name) => !/[\0\ud800-\udfff]/u.test(name))
    fc.assert(
      fc.property(
        fc.oneof(text, fc.string({ unit: fc.constantFrom('`', '\\', "'", ';'), minLength: 1 })),
        (name) => {
          const scanner = new SqlScanner(`${quoteIdentifier(name)} ;`)
          expect([scanner.next(), scanner.next(), scanner.next()]).toEqual([
            TokenKind.quotedName,
            TokenKind.semicolon,
            TokenKind.end,
          ])
        },
      ),
    )
  })
})

describe('odd names on the server', () => {
  let connection: Connection

  beforeAll(async () => {
    const { options } = await openDatabase(server, 'kmo_sql_names')
    connection = connect(options)
  })

  afterAll(() => connection.destroy())

  it.each([
    'a`b',
    "it's",
    'a"b',
    'a\\',
    'a b ',
    '; drop',
    '😀é中',
    'x'.repeat(300),
    'select',
    '$1',
    '%_',
    '\n',
  ])('keeps the name %j of a table and a column', async (name) => {
    const { quotesInTableNames } = server.can
    // The server pastes a table's name into SQL of its own, and escapes it since 4.2 only.
    const isBroken = !quotesInTableNames && /['\\]/.test(name)
    const table = quoteQualified('kmo_sql_names', isBroken ? 't' : name)
    await queryPlain(connection, `create table ${table} (${quoteIdentifier(name)} int)`)
    await queryPlain(connection, `insert into ${table} values (1)`)
    const rows = await queryTyped(connection, `select ${quoteIdentifier(name)} from ${table}`)
    expect(rows).toEqual([{ [name]: 1 }])
    await queryPlain(connection, `drop table ${table}`)
  })
})
