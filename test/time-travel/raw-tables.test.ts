import fc from 'fast-check'
import { type RawBuilder, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { MatrixOne, UnsupportedError } from 'kysely-matrixone'

const db = new MatrixOne<Record<string, { id: number }>>({
  connection: { host: '127.0.0.1', port: 1 },
})
const past = db.at({ snapshot: 's' })
const HINT = "{snapshot = 's'}"

/** A SELECT as raw SQL, and how many tables it reads. */
interface Select {
  readonly text: RawBuilder<unknown>
  readonly tables: number
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(
  // A dot separates database and table; NUL is refused by the compiler.
  (text) => !/[.\0]/.test(text) && text.trim() !== '',
)
const alias = fc.constantFrom(sql``, sql` as x`, sql` y`)
const decoy = fc.constantFrom(
  sql`1`,
  sql`'select * from t'`,
  sql`extract(year from now())`,
  sql`trim(both 'a' from 'b')`,
  sql`(1, 2)`,
  sql`/* from t */ 2`,
  sql`replace('a', 'b', 'c')`,
)

/** `table` makes what stands in the place of a table's name. */
function selects(table: (name: string) => RawBuilder<unknown>): fc.Arbitrary<Select> {
  const { select } = fc.letrec<{ select: Select; source: Select }>((tie) => ({
    source: fc.oneof(
      { maxDepth: 3 },
      fc.tuple(name, alias).map(([of, as]) => ({ text: sql`${table(of)}${as}`, tables: 1 })),
      tie('select').map(({ text, tables }) => ({ text: sql`(${text}) as z`, tables })),
    ),
    select: fc
      .record({
        sources: fc.array(tie('source'), { minLength: 1, maxLength: 3 }),
        separator: fc.constantFrom(sql`, `, sql` join `, sql` left join `),
        columns: fc.array(decoy, { minLength: 1, maxLength: 3 }),
        condition: fc.option(tie('select'), { maxDepth: 3, nil: undefined }),
      })
      .map(({ sources, separator, columns, condition }) => ({
        text: sql`select ${sql.join(columns)} from ${sql.join(
          sources.map(({ text }) => text),
          separator,
        )}${condition === undefined ? sql`` : sql` where a in (${condition.text}) and (b, c) = (1, 2)`}`,
        tables: sources.reduce((sum, { tables }) => sum + tables, condition?.tables ?? 0),
      })),
  }))
  return select
}

describe('raw SQL of any shape', () => {
  it('gets one hint behind each sql.table, and none elsewhere', () => {
    fc.assert(
      fc.property(
        selects((of) => sql.table(of)),
        ({ text, tables }) => {
          const compiled = text.compile(past).sql
          expect(compiled.split(` ${HINT}`)).toHaveLength(tables + 1)
          expect(compiled.replaceAll(` ${HINT}`, '')).toBe(text.compile(db).sql)
        },
      ),
    )
  })

  it('is refused when its tables are named in the text', () => {
    fc.assert(
      fc.property(
        selects((of) => sql.raw(`\`${of.replaceAll('`', '``')}\``)),
        ({ text }) => {
          expect(() => text.compile(past)).toThrow(UnsupportedError)
        },
      ),
    )
  })

  it('passes as it is when each name carries the hint', () => {
    fc.assert(
      fc.property(
        selects((of) => sql.raw(`\`${of.replaceAll('`', '``')}\` {SNAPSHOT="s"}`)),
        ({ text }) => {
          expect(text.compile(past).sql).toBe(text.compile(db).sql)
        },
      ),
    )
  })
})
