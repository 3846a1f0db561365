import fc from 'fast-check'
import { sql } from 'kysely'
import { MatrixOne, ValueError } from 'kysely-matrixone'
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
