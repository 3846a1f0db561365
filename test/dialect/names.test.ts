import fc from 'fast-check'
import { sql } from 'kysely'
import { MatrixOne, ValueError } from 'kysely-matrixone'
import { quoteNewDatabase } from '../../src/managers/names/names.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

let db: MatrixOne<Record<string, Record<string, unknown>>>

beforeAll(() => {
  db = new MatrixOne({ connection: 'mysql://root:none@127.0.0.1:1/none' })
})

afterAll(() => db.destroy())

describe('a name in a query', () => {
  it('with a NUL or a lone surrogate is refused: the server could never drop such a table', () => {
    for (const name of ['a\0b', 'a\ud800']) {
      const build = db.schema.createTable(name).addColumn('id', 'integer')
      expect(() => build.compile()).toThrow(ValueError)
      expect(() => db.selectFrom('t').select(name).compile()).toThrow(ValueError)
      expect(() => sql`select 1 as ${sql.id(name)}`.compile(db)).toThrow(ValueError)
    }
  })

  it.each(['a\u00a0b', 'a\u3000b', '\ufeffa', 'a\u0007', '👩‍👩‍👧', '\ue000'])(
    'that the server could never drop again is refused where it is new: %j',
    (name) => {
      const select = db.selectFrom('t').select('id')
      expect(() => db.schema.createTable(name).addColumn('id', 'integer').compile()).toThrow(
        ValueError,
      )
      expect(() => db.schema.createView(name).as(select).compile()).toThrow(ValueError)
      expect(() => db.schema.createSchema(name).compile()).toThrow(ValueError)
      expect(() => db.schema.alterTable('t').renameTo(name).compile()).toThrow(ValueError)
      expect(db.selectFrom(name).select(name).compile().sql).toBe(
        `select \`${name}\` from \`${name}\``,
      )
    },
  )

  it('of a new database that ends with a backslash is refused: it could never be dropped', async () => {
    for (const name of ['zz\\', '\\', 'a\\\\']) {
      await expect(db.schema.createSchema(name).execute()).rejects.toThrow(/ends with a backslash/)
      await expect(db.clone.createDatabase(name, { from: 'x' })).rejects.toThrow(ValueError)
      expect(() => quoteNewDatabase(name)).toThrow(ValueError)
    }
  })

  it('may hold blanks, emoji and letters of any script', () => {
    for (const name of ['a b', 'a\nb', '🚧', 'ä', '漢字', 'e\u0301', '🖋️']) {
      const build = db.schema.createTable(name).addColumn('id', 'integer')
      expect(build.compile().sql).toBe(`create table \`${name}\` (\`id\` integer)`)
    }
  })

  it('is quoted, whatever else is in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0')),
        (name) => {
          expect(sql`${sql.id(name)}`.compile(db).sql).toBe(`\`${name.replaceAll('`', '``')}\``)
        },
      ),
    )
  })
})
