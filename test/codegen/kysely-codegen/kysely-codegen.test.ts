import { readFileSync } from 'node:fs'
import { Kysely, MysqlDialect as KyselyMysqlDialect } from 'kysely'
import {
  DatabaseMetadata,
  EnumCollection,
  generate,
  MysqlDialect,
  MysqlIntrospector,
} from 'kysely-codegen'
import { createPool } from 'mysql2'
import type { Connection } from 'mysql2/promise'
import { beforeAll, describe, expect, it } from 'vitest'
import { matrixone, MatrixOneGeneratorDialect } from '../../../codegen/kysely-codegen.js'
import { emitTypes, readSchema } from '../../../codegen/index.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { compareColumns } from './compare-types.js'
import { columnOf, plainTypes } from './plain-types.js'

const server = useServer(import.meta.url)
const database = 'kmo_kysely_codegen'

let raw: Connection
let db: Kysely<unknown>

/** The dialect `mysql`, as its command line uses it. */
class Mysql extends MysqlDialect {
  override readonly introspector = new OneDatabase()
}

/** Reads no enum: MatrixOne writes `ENUM('a','b')`, and `enum(` is looked for, in all databases. */
class OneDatabase extends MysqlIntrospector {
  override async introspectEnums(): Promise<EnumCollection> {
    return new EnumCollection()
  }
}

beforeAll(async () => {
  ;({ raw } = await openDatabase(server, database))
  const twice = server.can.generatedColumns ? 'int as (may_be_null * 2) stored' : 'int'
  const columns = plainTypes.map((type) => `${columnOf(type)} ${type} not null`)
  await raw.query(
    `create table ${database}.plain (id int auto_increment primary key, ${columns.join(', ')}, ` +
      `may_be_null int, with_default varchar(20) not null default 'x', twice ${twice})`,
  )
  await raw.query(
    `create table ${database}.articles (id int primary key, title varchar(20) comment 'As printed', embedding vecf32(3) not null, price decimal(10,2))`,
  )
  await raw.query(`create view ${database}.titles as select id, title from ${database}.articles`)
  const { host, port, user, password } = server.options
  const pool = createPool({ host, port, user, password, database, connectionLimit: 1 })
  db = new Kysely({ dialect: new KyselyMysqlDialect({ pool }) })
  server.beforeClose(() => db.destroy())
})

const special = ['id', 'may_be_null', 'with_default', 'twice']
const columns = [...special, ...plainTypes.map(columnOf)]

async function theirTypes(): Promise<string> {
  return generate({ db, dialect: new Mysql(), includePattern: 'plain', outFile: null })
}

async function ourTypes(): Promise<string> {
  const { model } = await readSchema({ url: `${server.url}/${database}`, include: ['plain'] })
  const [file] = await emitTypes(model)
  return file?.text ?? ''
}

describe('the dialect mysql of kysely-codegen', () => {
  it('looks for enum( where MatrixOne writes ENUM(', async () => {
    const [rows] = await raw.query(
      `select column_type as t from information_schema.columns where table_schema = '${database}' and column_name = 'c_enum_a_b'`,
    )
    expect(rows).toEqual([{ t: expect.stringMatching(/^ENUM\(/) as string }])
  })
})

// It brings kysely 0.29, whose introspector asks otherwise than that of 0.28.
describe.skipIf(process.env['KYSELY'])('the types of plain MySQL columns', () => {
  it('are those of kysely-codegen, but for the ones of the table in docs/from-kysely-codegen.md', async () => {
    const differences = compareColumns(await theirTypes(), await ourTypes(), 'plain', columns)
    const found = [...differences]
      .filter(([, { read, insert, update }]) => !read || !insert || !update)
      .map(([column, { read, insert }]) => [
        column,
        read ? 'same' : 'other',
        insert ? 'same' : 'other',
      ])
    const shown = writtenDifferences().filter(
      ([column]) => server.can.generatedColumns || column !== 'twice',
    )
    expect(shown).toEqual(found)
  })
})

describe('mo-codegen/kysely-codegen', () => {
  it('gives generate() of kysely-codegen the types of mo-codegen', async () => {
    const dialect = new MatrixOneGeneratorDialect()
    const text = await generate({ db, dialect, includePattern: 'plain', outFile: null })
    const differences = compareColumns(text, await ourTypes(), 'plain', columns)
    const other = [...differences].filter(([, one]) => !one.read || !one.insert || !one.update)
    expect(other).toEqual([])
  })

  it('reads vectors, comments and views, and applies the patterns', async () => {
    const dialect = new MatrixOneGeneratorDialect()
    const text = await generate({ db, dialect, excludePattern: 'plain', outFile: null })
    expect(text).toContain("embedding: Vector<'f32', 3>;")
    expect(text).toContain('As printed')
    expect(text).toContain('title: ReadOnly<string | null>;')
    expect(text).toMatch(/import type \{ .*Vector.* \} from "kysely-matrixone";/)
    expect(text).not.toContain('interface Plain')
  })

  it('refuses names that the connection of kysely-codegen garbles, and reads them by its own', async () => {
    await raw.query(`create table ${database}.faces (\`of 😀\` int primary key)`)
    const url = `${server.url}/${database}`
    const dialect = new MatrixOneGeneratorDialect()
    const own = await dialect.introspector.connect({ connectionString: url, dialect })
    const text = await generate({ db: own, dialect, includePattern: 'faces', outFile: null })
    await own.destroy()
    expect(text).toContain('"of 😀": number;')
    await expect(generate({ db, dialect, outFile: null })).rejects.toThrow(
      /cannot read faces\.of .*generate\(\) with MatrixOneGeneratorDialect/s,
    )
    await raw.query(`drop table ${database}.faces`)
  })

  it('configures the command line, whose options count as before', async () => {
    const { postprocess, serializer, dialect, camelCase } = matrixone({
      camelCase: true,
      singularize: true,
      skipAutogeneratedFileComment: true,
      typeMapping: { decimal: 'Money' },
    })
    expect([dialect, camelCase]).toEqual(['mysql', true])
    const tables = [{ name: 'articles', schema: database, columns: [] }]
    const metadata = await postprocess?.({ db, metadata: new DatabaseMetadata({ tables }) })
    if (metadata === undefined || serializer === undefined) expect.unreachable()
    // As its check of the configuration hands it on: without its object.
    const serialize = serializer.serializeFile.bind(undefined)
    const text = serialize(metadata, new MysqlDialect(), { typeMapping: { decimal: 'Money' } })
    expect(text).toContain('export interface Article {')
    expect(text).not.toContain('generated by kysely-codegen')
    expect(text).toContain('price: Money | null;')
    expect(text).not.toContain('title: ReadOnly')
  })
})

/** The rows of the table: column, and whether reading and inserting are the same. */
function writtenDifferences(): readonly (readonly unknown[])[] {
  const file = new URL('../../../docs/from-kysely-codegen.md', import.meta.url)
  const [, table = ''] =
    /<!-- types -->\n([^]*?)<!-- \/types -->/.exec(readFileSync(file, 'utf8')) ?? []
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => {
      const [type = '', read, insert] = row
        .split(' | ')
        .map((cell) => cell.replaceAll(/^\| |`/g, ''))
      return [special.includes(type) ? type : columnOf(type), read, insert]
    })
}
