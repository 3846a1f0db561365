import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { retryTransaction } from '../../../src/connection/limits/retry.js'
import { MetadataManager } from '../../../src/managers/metadata/metadata-manager.js'
import { parseSubscription } from '../../../src/managers/metadata/read-subscribed-database.js'
import type { TableModel } from '../../../src/schema/schema-model.js'
import { loadZoo } from '../../fixtures/zoo/load-zoo.js'
import { useServer } from '../../support/server.js'
import { type Session, openSession } from './metadata-support.js'

const server = useServer(import.meta.url)
const [publisher, subscriber] = ['kmo_metadata_publisher', 'kmo_metadata_subscriber']

let root: Session
let publishing: Session
let subscribing: Session

beforeAll(async () => {
  root = openSession(server.options)
  for (const account of [subscriber, publisher]) {
    await root.sql(`drop account if exists ${account}`)
    await root.sql(`create account ${account} admin_name 'admin' identified by '111'`)
  }
  publishing = openSession({ ...server.options, user: `${publisher}:admin`, password: '111' })
  subscribing = openSession({ ...server.options, user: `${subscriber}:admin`, password: '111' })
  await loadZoo(publishing.sql, 'zoo', server.can)
  await publishing.sql(`create publication zoo_pub database zoo account ${subscriber}`)
  await subscribing.sql(`create database zoo_copy from ${publisher} publication zoo_pub`)
})

afterAll(async () => {
  await subscribing.sql('drop database if exists zoo_copy')
  await publishing.sql('drop publication if exists zoo_pub')
  subscribing.close()
  publishing.close()
  for (const account of [subscriber, publisher]) {
    // 4.2.0 refuses one now and then while it merges the catalog's blocks: "transfer rowids failed".
    await retryTransaction(() => root.sql(`drop account if exists ${account}`))
  }
  root.close()
})

describe('a subscribed database', () => {
  it('is empty in the catalog, and its SHOW TABLE STATUS fails on a quote or backslash (the traps)', async () => {
    const rows = await subscribing.sql(
      "select relname from mo_catalog.mo_tables where reldatabase = 'zoo_copy'",
    )
    expect(rows).toEqual([])
    await expect(subscribing.sql('show table status from zoo_copy')).rejects.toThrow(
      server.can.quotesInTableNames ? /syntax/ : /no such table zoo\.backslash/,
    )
  })

  it('is read as its publisher reads it, but for views and what SHOW CREATE TABLE does not print', async () => {
    const original = await new MetadataManager(publishing.db).read({ database: 'zoo' })
    const copy = await new MetadataManager(subscribing.db).read({ database: 'zoo_copy' })
    expect(copy).toMatchObject({
      name: 'zoo_copy',
      subscription: { account: publisher, publication: 'zoo_pub' },
      source: 'show',
    })
    const published = original.tables.filter(({ kind }) => kind !== 'view')
    expect(copy.tables.map(withoutWhatIsLost)).toEqual(published.map(withoutWhatIsLost))
  })

  it('is read table by table when tables are named', async () => {
    const metadata = new MetadataManager(subscribing.db)
    subscribing.sent.length = 0
    const { tables } = await metadata.read({ database: 'zoo_copy', include: ['t_enum', 'k_c*'] })
    expect(tables.map(({ name }) => name)).toEqual([
      'k_case',
      'k_comment',
      'k_composite',
      'k_composite_indexed',
      't_enum',
    ])
    expect(subscribing.sent).toHaveLength((server.can.utcTimestampFraction ? 2 : 3) + 5)
  })
})

describe('the statement of a subscription', () => {
  it.each([
    ['create database x from acc1 publication p', 'acc1', 'p'],
    ['CREATE DATABASE IF NOT EXISTS `x` FROM `acc-1` PUBLICATION `p 1`;', 'acc-1', 'p 1'],
    ['create database x from acc publication p;', 'acc', 'p'],
  ])('%s names account and publication', (sql, account, publication) => {
    expect(parseSubscription(sql)).toEqual({ account, publication })
  })
})

function withoutWhatIsLost(table: TableModel): unknown {
  const withoutBackslash = (text: string): string =>
    text.replaceAll('\\n', '\n').replaceAll('\\', '')
  const { source: _source, ...printed } = table
  return {
    ...printed,
    partitions: server.can.partitionInShowCreate && table.partitions,
    columns: table.columns.map((column) => ({
      ...column,
      name: withoutBackslash(column.name),
      comment: withoutBackslash(column.comment ?? ''),
      // 3.0.x prints a quote in a default as it is, so it comes back undoubled.
      default: server.can.partitionInShowCreate
        ? column.default
        : column.default?.replaceAll("''", "'"),
    })),
    primaryKey: table.primaryKey?.map(withoutBackslash),
    indexes: table.indexes?.map((index) => ({ ...index, invisible: false })),
  }
}
