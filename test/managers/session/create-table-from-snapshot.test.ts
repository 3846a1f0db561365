import { sql } from 'kysely'
import { MatrixOne, UnsupportedError } from 'kysely-matrixone'
import {
  compareModels,
  parseSnapshot,
  serializeSnapshot,
  type TableModel,
  toSchemaModel,
} from 'mo-codegen'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexesOf } from '../../../src/managers/session/create-table.js'
import { loadZoo } from '../../fixtures/zoo/load-zoo.js'
import { openClient, openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'

const server = useServer(import.meta.url)
const original = 'kmo_table_zoo'
const copy = 'kmo_table_copy'
let admin: MatrixOne<Record<string, never>>
let db: MatrixOne<Record<string, never>>

/** Changes that leave the limits of a snapshot, of a search or of CREATE TABLE. */
function isLeftOut({ kind, broken, vectorIndexes = [] }: TableModel): boolean {
  const ivfflat = vectorIndexes.filter(({ algorithm }) => algorithm === 'ivfflat')
  return (
    kind !== 'table' ||
    broken !== undefined ||
    vectorIndexes.some(({ metric }) => !['l2', 'cosine', 'ip'].includes(metric ?? '')) ||
    vectorIndexes.some(({ include }) => include !== undefined) ||
    // One column may have several ivfflat indexes only when the table is made with them.
    new Set(ivfflat.map(({ column }) => column)).size < ivfflat.length
  )
}

let tables: readonly TableModel[]

beforeAll(async () => {
  admin = openClient(server, { connection: { connectionLimit: 1 }, hooks: ['enable_hnsw'] })
  const can = server.can
  await admin.pinned((one) =>
    loadZoo(async (text) => (await one.execute(text)).rows, original, can),
  )
  ;({ db } = await openDatabase<Record<string, never>>(server, copy))
  const model = toSchemaModel([await admin.metadata.read({ database: original })])
  tables = parseSnapshot(serializeSnapshot(model), 'schema.json').databases[0]?.tables ?? []
})

afterAll(async () => {
  await sql`drop database if exists ${sql.id(original)}`.execute(admin)
  await admin.destroy()
})

/** Parents before children. */
function ordered(models: readonly TableModel[]): readonly TableModel[] {
  const done = new Set<string>()
  const result: TableModel[] = []
  const visit = (table: TableModel): void => {
    if (done.has(table.name)) return
    done.add(table.name)
    for (const { references } of table.foreignKeys ?? []) {
      const parent = models.find(({ name }) => name === references.table)
      if (parent !== undefined) visit(parent)
    }
    result.push(table)
  }
  models.forEach(visit)
  return result
}

describe('every table of the zoo', () => {
  it('is made again from its snapshot, with all keys and indexes', async () => {
    const wanted = tables.filter((table) => !isLeftOut(table))
    expect(wanted.length).toBeGreaterThan(10)
    const failed: unknown[] = []
    for (const table of ordered(wanted)) {
      // Before 4.1 the server does not tell how a table is partitioned, so it is refused.
      if (!server.can.partitionInShowCreate && table.partitions !== undefined) {
        await expect(db.createTable(table)).rejects.toThrow(/How p_\w+ is partitioned is not known/)
        continue
      }
      await db
        .createTableWithIndex(table)
        .catch((error: unknown) => failed.push([table.name, error]))
    }
    expect(failed).toEqual([])
    const made = toSchemaModel([await db.metadata.read()])
    const expected = {
      ...made,
      databases: [
        {
          tables: wanted.filter(
            ({ partitions }) => server.can.partitionInShowCreate || partitions === undefined,
          ),
        },
      ],
    }
    // A full-text index without a name gets one, and INVISIBLE, which MatrixOne ignores, is left out.
    expect(compareModels(expected, made).map(({ message }) => message)).toEqual([
      'Full-text index (a) of f_unnamed is called ft_a now.',
      'Full-text index (b) of f_unnamed is called ft_b now.',
      'Index k_b of k_invisible differs in invisible.',
    ])
  })

  it('that the snapshot does not define is refused', async () => {
    for (const table of tables.filter(({ kind }) => kind !== 'table')) {
      await expect(db.createTable(table)).rejects.toThrow(UnsupportedError)
    }
  })
})

describe('the indexes of a snapshot', () => {
  it('that no search could use, or no CPU could build, are refused', () => {
    const index = { name: 'i', column: 'v', dimension: 3 }
    const table = (vectorIndex: object): TableModel => ({
      name: 't',
      kind: 'table',
      columns: [],
      vectorIndexes: [{ ...index, algorithm: 'ivfflat', metric: 'l2', ...vectorIndex }],
    })
    expect(indexesOf(table({})).vector).toEqual([
      { name: 'i', column: 'v', algorithm: 'ivfflat', metric: 'l2' },
    ])
    expect(() => indexesOf(table({ metric: 'l1' }))).toThrow(UnsupportedError)
    expect(() => indexesOf(table({ metric: null }))).toThrow(UnsupportedError)
    expect(() => indexesOf(table({ include: ['n'] }))).toThrow('INCLUDE')
    expect(() => indexesOf(table({ algorithm: 'cagra' }))).toThrow(UnsupportedError)
  })
})
