import { sql } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  describeMisreading,
  misreadingOf,
} from '../../../../codegen/emit/typescript/misread-names.js'
import { findSurprises } from '../../../../codegen/emit/typescript/warnings.js'
import type { SchemaModel } from '../../../../src/schema/schema-model.js'
import { openDatabase } from '../../../support/database.js'
import { useServer } from '../../../support/server.js'

type Tables = Record<'odd', Record<string, number>>

const server = useServer(import.meta.url)
const names = ['a.b', 'p.q.r', 'x as y'] as const
let db: MatrixOne<Tables>

beforeAll(async () => {
  ;({ db } = await openDatabase<Tables>(server, 'kmo_misread_names'))
  const columns = names.map((name) => `\`${name}\` int`).join(', ')
  await db.execute(`create table odd (id int primary key, x int, ${columns})`)
  await db.insertInto('odd').values({ id: 1, x: 9, 'a.b': 2, 'p.q.r': 3, 'x as y': 4 }).execute()
})

describe('a column with a dot or " as " in its name', () => {
  it('is not found by kysely, or is another column (the trap)', async () => {
    const select = (name: string) => db.selectFrom('odd').select(name).execute()
    await expect(select('a.b')).rejects.toThrow("missing FROM-clause entry for table 'a'")
    await expect(select('p.q.r')).rejects.toThrow("missing FROM-clause entry for table 'q'")
    expect(await select('x as y')).toEqual([{ y: 9 }])
    await expect(
      db
        .selectFrom('odd')
        .select('id')
        .where('a.b', '=', 2 as never)
        .execute(),
    ).rejects.toThrow("missing FROM-clause entry for table 'a'")
  })

  it('is written, and read by selectAll() and sql.id()', async () => {
    await db.updateTable('odd').set({ 'a.b': 5, 'x as y': 6 }).where('id', '=', 1).execute()
    expect(await db.selectFrom('odd').selectAll().execute()).toEqual([
      { id: 1, x: 9, 'a.b': 5, 'p.q.r': 3, 'x as y': 6 },
    ])
    const value = sql<number>`${sql.id('x as y')}`.as('value')
    const isSix = sql<boolean>`${sql.id('x as y')} = 6`
    expect(await db.selectFrom('odd').select(value).where(isSix).execute()).toEqual([{ value: 6 }])
  })

  it('has a hover text that says how kysely reads it', () => {
    expect(misreadingOf('a.b')).toBe('column `b` of table `a`')
    expect(misreadingOf('p.q.r')).toBe('column `r` of table `q`')
    expect(misreadingOf('x as y')).toBe('`x` under the alias `y`')
    expect(describeMisreading('a.b')).toBe(
      'kysely reads this name as column `b` of table `a`: use `sql.id(…)` in `select`, `where` and `orderBy`.',
    )
    for (const plain of ['id', 'as', 'a b', 'basic', "it's", '*/']) {
      expect(misreadingOf(plain)).toBeUndefined()
    }
  })

  it('is warned of when types are generated, and so is such a table', () => {
    const model = (table: string, ...columns: readonly string[]): SchemaModel => ({
      formatVersion: '2.0',
      databases: [
        {
          tables: [
            {
              name: table,
              kind: 'table',
              columns: columns.map((name) => ({ name, type: { name: 'int' } })),
            },
          ],
        },
      ],
    })
    expect(findSurprises(model('odd', 'id', ...names), {})).toEqual([
      'kysely reads "a.b" as column b of table a, and "a as b" as an alias, so select(), where() and ' +
        'orderBy() cannot name `a.b` of odd, `p.q.r` of odd, `x as y` of odd. Use sql.id() there; ' +
        'inserts, updates and selectAll() work.',
    ])
    expect(findSurprises(model('u.v', 'id'), {})[0]).toContain(
      'the table names `u.v` as a database',
    )
    expect(findSurprises(model('plain', 'id', 'a b'), {})).toEqual([])
  })
})
