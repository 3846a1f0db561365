import { Kysely, MysqlDialect as KyselyMysqlDialect } from 'kysely'
import { EnumCollection, generate, MysqlDialect, MysqlIntrospector } from 'kysely-codegen'
import { createPool } from 'mysql2'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SchemaModel } from '../../../src/schema/schema-model.js'
import { emitTypes, readSchema } from '../../../codegen/index.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const database = 'kmo_kysely_codegen_names'

class OneDatabase extends MysqlIntrospector {
  override async introspectEnums(): Promise<EnumCollection> {
    return new EnumCollection()
  }
}

/** The dialect `mysql`, which would look for enums in all databases. */
class Mysql extends MysqlDialect {
  override readonly introspector = new OneDatabase()
}

const tables = {
  blog_posts: 'id int primary key, user_id int not null, created_at datetime, is_public bool',
  people: 'id int primary key, first_name varchar(20) not null',
  news: 'id int primary key, headline varchar(20)',
  user_addresses: 'id int primary key, line varchar(20), postal_code varchar(20)',
  categories: 'id int primary key, parent_id int',
  order_status: 'id int primary key, sort_order int',
  odd_names: 'id int primary key, is_2nd bool, HTMLBody text, `a-b` int',
  odd_2: 'id int primary key',
}

let db: Kysely<unknown>
let model: SchemaModel
let plain: SchemaModel

beforeAll(async () => {
  const { raw } = await openDatabase(server, database)
  for (const [name, columns] of Object.entries(tables)) {
    await raw.query(`create table ${database}.${name} (${columns})`)
  }
  const { host, port, user, password } = server.options
  const pool = createPool({ host, port, user, password, database, connectionLimit: 1 })
  db = new Kysely({ dialect: new KyselyMysqlDialect({ pool }) })
  server.beforeClose(() => db.destroy())
  const url = `${server.url}/${database}`
  ;({ model } = await readSchema({ url }))
  ;({ model: plain } = await readSchema({ url, exclude: ['odd_*'] }))
})

/** Each interface with the names of its members; those of `DB` with their interfaces. */
function namesOf(text: string): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {}
  for (const [, name = '', body = ''] of text.matchAll(/^export interface (\w+) \{\n(.*?)^\}/gms)) {
    const lines = body.replaceAll(/^ *\/\*\*.*?\*\/\n/gms, '').split('\n')
    const members = lines.flatMap((line) => /^ +(["']?)(.+?)\1\??: (.+?);?$/.exec(line) ?? [])
    const pairs = Array.from({ length: members.length / 4 }, (_, at) =>
      members.slice(at * 4 + 2, at * 4 + 4),
    )
    found[name] = pairs
      .map(([member = '', type]) => (name === 'DB' ? `${member}: ${type}` : member))
      .sort()
  }
  return found
}

interface NameOptions {
  readonly camelCase?: boolean
  readonly singularize?: boolean
}

const theirNames = async (options: NameOptions, excludePattern?: string) =>
  namesOf(
    await generate({
      db,
      dialect: new Mysql(),
      ...options,
      excludePattern: excludePattern ?? null,
      outFile: null,
    }),
  )

const ourNames = async (from: SchemaModel, options: NameOptions) => {
  const [file] = await emitTypes(from, options)
  return namesOf(file?.text ?? '')
}

// kysely-codegen brings kysely 0.29, whose introspector asks otherwise than that of 0.28.
describe.skipIf(process.env['KYSELY'])('the names under the same options', () => {
  it.each([{}, { singularize: true }])('are those of kysely-codegen: %j', async (options) => {
    const ours = await ourNames(model, options)
    expect(Object.keys(ours).length).toBe(Object.keys(tables).length + 1)
    expect(ours).toEqual(await theirNames(options))
  })

  it.each([{ camelCase: true }, { camelCase: true, singularize: true }])(
    'are those of kysely-codegen: %j, with a pattern',
    async (options) => {
      const ours = await ourNames(plain, options)
      expect(ours['DB']).toContain(
        options.singularize ? 'blogPosts: BlogPost' : 'blogPosts: BlogPosts',
      )
      expect(ours).toEqual(await theirNames(options, 'odd_*'))
    },
  )

  it('are refused where kysely-codegen writes names that the CamelCasePlugin does not send', async () => {
    const camelCase = true
    const theirs = await theirNames({ camelCase })
    expect(theirs['OddNames']).toContain('is2nd')
    await expect(ourNames(model, { camelCase })).rejects.toThrow(
      /CamelCasePlugin would send other names for .*column odd_names\.is_2nd/,
    )
  })
})
