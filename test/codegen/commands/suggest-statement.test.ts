import type { MatrixOne } from 'kysely-matrixone'
import { compareModels, type SchemaModel, toSchemaModel } from 'kysely-matrixone/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { suggestStatement } from '../../../codegen/commands/suggest-statement.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
let db: MatrixOne<Record<string, never>>

beforeAll(async () => {
  ;({ db } = await openDatabase<Record<string, never>>(server, 'kmo_suggest'))
  await db.execute(
    `create table authors (id int primary key, name varchar(40) not null default '' comment 'As ''printed''')
     comment = 'People'`,
  )
  await db.execute(
    `create table articles (id bigint primary key, author int, title varchar(200) not null, body text,
       kind enum('news','it''s') default 'news', embedding vecf32(3),
       unique key by_title (title), key by_author (author),
       constraint of_author foreign key (author) references authors (id))`,
  )
  await db.execute(
    'create index near using ivfflat on articles (embedding) lists = 2 op_type "vector_l2_ops"',
  )
  await db.execute('create fulltext index ft on articles (title, body)')
  await db.execute("create view news as select id, title from articles where kind = 'news'")
  await db.execute(
    'create table notes (id int primary key, a int, b int, c text, v vecf32(3), z int, key k (z))',
  )
  await db.execute('create index v using ivfflat on notes (v) lists = 2 op_type "vector_l2_ops"')
  await db.execute('create fulltext index c on notes (c)')
  await db.execute('create view named (key_of, headline) as select id, title from articles')
}, 120_000)

async function read(): Promise<SchemaModel> {
  const tables = await db.metadata.tables()
  return toSchemaModel([{ name: 'kmo_suggest', tables }])
}

describe('the suggested statement', () => {
  it.each([
    ['a new column', 'alter table authors add column more int'],
    ['a dropped column', 'alter table authors drop column name'],
    ['another type', 'alter table authors modify column name varchar(10) not null'],
    ['another table comment', "alter table authors comment = 'x'"],
    ['a new index', 'create index more on articles (kind)'],
    ['a dropped index', 'alter table articles drop index by_author'],
    ['a dropped unique key', 'alter table articles drop index by_title'],
    ['a dropped foreign key', 'alter table articles drop foreign key of_author'],
    ['a dropped vector index', 'alter table articles drop index near'],
    ['a dropped full-text index', 'alter table articles drop index ft'],
    ['a new table', 'create table more (id int)'],
    ['a dropped view', 'drop view news'],
    ['another view', 'create or replace view news as select id, title from articles where id > 3'],
    ['dropped columns between others', 'alter table notes drop column a, drop column b'],
    ['a new first column', 'alter table authors add column more int first'],
    ['a dropped table with search indexes', 'drop table notes'],
    ['a changed index', 'alter table notes drop index k; create index k on notes (a)'],
    ['a renamed index', 'alter table notes drop index k; create index l on notes (z)'],
    [
      'a changed full-text index',
      'alter table notes drop index c; create fulltext index c on notes (c) with parser ngram',
    ],
    ['another view without names', 'create or replace view named as select id from articles'],
    ['a dropped view with names', 'drop view named'],
    ['a table instead of a view', 'drop view named; create table named (id int)'],
    ['a view instead of a table', 'drop table notes; create view notes as select id from authors'],
  ])('undoes %s on the server', async (_, change) => {
    const expected = await read()
    for (const statement of change.split('; ')) await db.execute(statement)
    const findings = compareModels(expected, await read())
    expect(findings.length).toBeGreaterThan(0)
    const fixes = findings.map((finding) => suggestStatement(finding, expected, findings))
    for (const fix of new Set(fixes)) {
      for (const statement of fix?.split(';\n') ?? []) await db.execute(statement)
    }
    expect(compareModels(expected, await read())).toEqual([])
  })

  it('is not an ADD COLUMN that the server refuses: of an enum without null and default', async () => {
    const table = 'create table kinds (id int primary key, kind enum('
    await db.execute(`${table}'a', 'b') not null, other enum('a', 'b') not null default 'b')`)
    const expected = await read()
    await db.execute('alter table kinds drop column kind')
    await expect(
      db.execute("alter table kinds add column kind enum('a', 'b') not null"),
    ).rejects.toThrow(/invalid input: column . does not exist/)
    await db.execute('alter table kinds drop column other')
    const findings = compareModels(expected, await read())
    expect(findings.map((finding) => suggestStatement(finding, expected))).toEqual([
      null,
      "alter table `kinds` add column `other` enum('a','b') not null default 'b'",
    ])
    await db.execute('drop table kinds')
  })

  it('is null for what no statement of ours can have', () => {
    const finding = { expected: null, actual: null, message: '' }
    const model: SchemaModel = { formatVersion: '2.0', databases: [{ tables: [] }] }
    expect(
      suggestStatement(
        { ...finding, ruleId: 'generated-file-missing', severity: 'breaking', file: 'db.ts' },
        model,
      ),
    ).toBeNull()
    expect(
      suggestStatement(
        { ...finding, ruleId: 'column-removed', severity: 'breaking', table: 't', column: 'c' },
        model,
      ),
    ).toBeNull()
  })
})
