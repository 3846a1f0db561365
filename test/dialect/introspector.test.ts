import { beforeAll, describe, expect, it } from 'vitest'
import type { MatrixOne } from 'kysely-matrixone'
import { MatrixOneIntrospector } from '../../src/dialect/matrixone-introspector.js'
import { openDatabase } from '../support/database.js'
import { useServer } from '../support/server.js'

const server = useServer(import.meta.url)
const DATABASE = 'kmo_introspector'
let db: MatrixOne<Record<string, never>>

beforeAll(async () => {
  ;({ db } = await openDatabase<Record<string, never>>(server, DATABASE))
  await db.execute(`create table users (
    id bigint primary key auto_increment, name varchar(20) not null default 'ann', born date comment 'day')`)
  await db.execute('create view names as select name from users')
  await db.execute('create table kysely_migration (name varchar(10))')
})

describe('the introspection of kysely', () => {
  it('tells tables, views and columns', async () => {
    const tables = await db.introspection.getTables()
    expect(tables.map(({ name, schema, isView }) => ({ name, schema, isView }))).toEqual([
      { name: 'names', schema: DATABASE, isView: true },
      { name: 'users', schema: DATABASE, isView: false },
    ])
    expect(tables[1]?.columns).toEqual([
      column('id', 'bigint', { isAutoIncrementing: true }),
      column('name', 'varchar', { hasDefaultValue: true }),
      column('born', 'date', { isNullable: true, comment: 'day' }),
    ])
  })

  it('has the tables of migrations when asked', async () => {
    const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
    expect(tables.map(({ name }) => name)).toEqual(['kysely_migration', 'names', 'users'])
  })

  it('answers getMetadata(), which kysely 0.28 declares', async () => {
    const { tables } = await new MatrixOneIntrospector(db).getMetadata()
    expect(tables.map(({ name }) => name)).toEqual(['names', 'users'])
  })

  it('names the databases', async () => {
    const schemas = await db.introspection.getSchemas()
    expect(schemas).toContainEqual({ name: DATABASE })
  })
})

function column(name: string, dataType: string, rest: object): object {
  return {
    name,
    dataType,
    isAutoIncrementing: false,
    isNullable: false,
    hasDefaultValue: false,
    comment: undefined,
    ...rest,
  }
}
