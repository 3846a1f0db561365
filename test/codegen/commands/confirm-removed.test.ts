import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connection } from 'mysql2/promise'
import { readShownTables } from '../../../codegen/read/read-schema.js'
import { confirmRemoved } from '../../../codegen/commands/confirm-removed.js'
import { removedSince } from '../../../codegen/commands/removed-tables.js'
import { resolveSettings } from '../../../codegen/config/targets.js'
import { UntrustedDatabaseError } from '../../../codegen/errors.js'
import type { SchemaModel } from '../../../src/schema/schema-model.js'
import { serializeSnapshot } from '../../../src/schema/snapshot/snapshot-text.js'
import { openDatabase } from '../../support/database.js'
import { useServer } from '../../support/server.js'
import { Workspace } from '../cli/run-cli.js'
import { shopModel } from '../cli/shop-model.js'

const server = useServer(import.meta.url)
const database = 'kmo_confirm_removed'
const url = (): string => `${server.url}/${database}`

let raw: Connection
let work: Workspace
const settings = () => resolveSettings({ url: url() }, { cwd: work.folder, env: {} })

beforeAll(async () => {
  work = new Workspace()
  ;({ raw } = await openDatabase(server, database))
  await raw.query(`create table ${database}.orders (id int primary key)`)
  await raw.query(`create table ${database}.notes (id int primary key)`)
})
afterAll(() => work.remove())

describe('a table that the catalog no longer lists', () => {
  const gone = [{ database: undefined, table: 'orders' }]

  it('is not called dropped while SHOW TABLES lists it', async () => {
    const refused = confirmRemoved(await settings(), gone)
    await expect(refused).rejects.toThrow(UntrustedDatabaseError)
    await expect(refused).rejects.toThrow(
      'The catalog does not list the table orders, and SHOW TABLES lists it.\nNothing was concluded from this answer.',
    )
  })

  it('is looked for in its own database', async () => {
    const shown = [
      { database: 'shop', tables: ['orders'] },
      { database: 'logs', tables: [] },
    ]
    const confirm = async (name: string): Promise<void> =>
      confirmRemoved(await settings(), [{ database: name, table: 'orders' }], async () => shown)
    await confirm('logs')
    await expect(confirm('shop')).rejects.toThrow('the table shop.orders')
    await expect(confirm('Shop')).rejects.toThrow('the table Shop.orders')
  })

  it('is called dropped where SHOW TABLES does not list it either, or may not be asked', async () => {
    const dropped = [{ database: undefined, table: 'no_such' }]
    await expect(confirmRemoved(await settings(), dropped)).resolves.toBeUndefined()
    const unasked = confirmRemoved(await settings(), gone, async () => undefined)
    await expect(unasked).resolves.toBeUndefined()
  })

  it('is asked for only where one seems to be gone, and of a database', async () => {
    let asked = 0
    const ask = async () => {
      asked++
      return []
    }
    await confirmRemoved(await settings(), [], ask)
    const fromFile = await resolveSettings({ from: 'a.json' }, { cwd: work.folder, env: {} })
    await confirmRemoved(fromFile, gone, ask)
    expect(asked).toBe(0)
    await confirmRemoved(await settings(), gone, ask)
    expect(asked).toBe(1)
  })

  it('is drift in the end when it was dropped, and generate writes the types without it', async () => {
    await work.run(['--url', url()])
    await raw.query(`drop table ${database}.notes`)
    const { code, stdout } = await work.run(['check', '--url', url()])
    expect([code, stdout]).toEqual([1, expect.stringContaining('Table notes is gone.')])
    expect((await work.run(['--url', url()])).stderr).toContain('Wrote generated/db.ts (1 table).')
    await raw.query(`create table ${database}.notes (id int primary key)`)
  })
})

describe('the tables that a reading lacks', () => {
  it('are those of the snapshot file that are neither in it nor left out', async () => {
    mkdirSync(work.path('generated'), { recursive: true })
    writeFileSync(work.path('generated/db.schema.json'), serializeSnapshot(shopModel()))
    const model = (...names: readonly string[]): SchemaModel => ({
      formatVersion: '2.0',
      databases: [{ tables: names.map((name) => ({ name, kind: 'table', columns: [] })) }],
    })
    const lacking = async (read: SchemaModel, ...left: readonly string[]) => {
      const excluded = left.map((table) => ({ database, table }))
      return removedSince(await settings(), { model: read, excluded }).map(({ table }) => table)
    }
    expect(await lacking(model())).toEqual(['articles', 'titles'])
    expect(await lacking(model('titles', 'new'))).toEqual(['articles'])
    expect(await lacking(model('titles'), 'articles')).toEqual([])
    // An editor may add a byte order mark.
    writeFileSync(work.path('generated/db.schema.json'), `\uFEFF${serializeSnapshot(shopModel())}`)
    expect(await lacking(model())).toEqual(['articles', 'titles'])
    writeFileSync(work.path('generated/db.schema.json'), '{')
    expect(await lacking(model())).toEqual([])
  })
})

describe('the list of SHOW TABLES', () => {
  it('is that of each database, and of its past', async () => {
    const snapshot = 'kmo_confirm_removed_then'
    await raw.query(`drop snapshot if exists ${snapshot}`)
    await raw.query(`create snapshot ${snapshot} for database ${database}`)
    await raw.query(`drop table ${database}.notes`)
    const list = async (at?: { readonly snapshot: string }) => {
      const shown = await readShownTables({ url: url(), ...(at && { at }) })
      return shown?.map((one) => [one.database, one.tables.toSorted()])
    }
    expect(await list()).toEqual([[database, ['orders']]])
    expect(await list({ snapshot })).toEqual([[database, ['notes', 'orders']]])
    await raw.query(`create table ${database}.notes (id int primary key)`)
    await raw.query(`drop snapshot ${snapshot}`)
  })
})
