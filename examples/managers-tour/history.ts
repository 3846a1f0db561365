import type { MatrixOne } from 'kysely-matrixone'
import { DATABASE, type Shop } from './shop.js'

type Print = (line: string) => void

/** Snapshot, change, diff, branch, merge, restore, and reads of the past. */
export async function walkThroughHistory(db: MatrixOne<Shop>, print: Print): Promise<void> {
  print('snapshot')
  const opened = await db.snapshots.create('opened', { level: 'database', database: DATABASE })
  print(`  ${opened.name} of ${opened.level} ${opened.database}`)

  await db.updateTable('orders').set({ quantity: 3 }).where('id', '=', 1).execute()
  await db.deleteFrom('orders').where('id', '=', 3).execute()

  print('diff with the snapshot')
  const changes = await db.branch.diff('orders', {
    against: 'orders',
    againstSnapshot: opened.name,
    columns: ['id', 'quantity'],
  })
  for (const { change, row } of changes.toSorted((a, b) => a.row.id - b.row.id)) {
    print(`  ${change} order ${row.id}, quantity ${row.quantity}`)
  }

  await branchAndMerge(db, print)
  const merged = await db.snapshots.create('merged', { level: 'table', table: 'orders' })

  print('restore')
  await db.restore.table('orders', { snapshot: opened.name })
  print(`  now    ${await describeOrders(db)}`)
  print(`  merged ${await describeOrders(db.at({ snapshot: merged.name }))}`)
  print(`  opened ${await describeOrders(db.at({ moTs: opened.moTs }))}`)

  for (const { name } of await db.snapshots.list()) await db.snapshots.drop(name)
}

async function branchAndMerge(db: MatrixOne<Shop>, print: Print): Promise<void> {
  print('branch')
  await db.branch.createTable('orders_wip', { from: 'orders' })
  await db.insert('orders_wip', { id: 4, product_id: 1, quantity: 7, note: 'on the branch' })
  await db.updateTable('orders_wip').set({ note: 'wrapped' }).where('id', '=', 2).execute()
  const { branch } = await db.branch.diffSummary('orders_wip', { against: 'orders' })
  print(`  ${branch.inserted} inserted, ${branch.updated} updated, ${branch.deleted} deleted`)
  print(`  orders ${await describeOrders(db)}`)

  print('merge')
  const { applied, verified } = await db.branch.merge('orders_wip', { into: 'orders' })
  print(`  ${applied.inserted + applied.updated} changes applied, verified: ${verified}`)
  print(`  orders ${await describeOrders(db)}`)
  await db.dropTable('orders_wip')
}

async function describeOrders(db: MatrixOne<Shop>): Promise<string> {
  const orders = await db
    .selectFrom('orders')
    .innerJoin('products', 'products.id', 'orders.product_id')
    .select(['orders.id', 'orders.quantity', 'orders.note'])
    .orderBy('orders.id')
    .execute()
  return orders
    .map(({ id, quantity, note }) => `${id}: ${quantity}${note ? ` (${note})` : ''}`)
    .join(', ')
}
