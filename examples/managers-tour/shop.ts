import { sql } from 'kysely'
import {
  type Decimal,
  MatrixOne,
  type MatrixOneConfig,
  vecf32,
  type Vector,
} from 'kysely-matrixone'

/** The tables of the tour's shop, as mo-codegen would write them. */
export interface Shop {
  products: {
    id: number
    name: string
    price: Decimal
    embedding: Vector<'f32', 3> | null
  }
  orders: { id: number; product_id: number; quantity: number; note: string | null }
  /** Made on the way. */
  products_again: Shop['products']
  orders_wip: Shop['orders']
}

/** The server, as an administrator of the account sys reaches it. */
export interface Server {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/** Two accounts of the tour's own: what it makes is gone with them. */
export const OWNER = 'kmo_tour'
export const READER = 'kmo_tour_reader'

/** The shop's database, in the account OWNER. */
export const DATABASE = 'shop'

/** Both accounts have this administrator. */
export const ADMIN = { name: 'admin', password: 'kmo-Tour_1' }

/** Logs in to one of the accounts. */
export function logIn<DB>(server: Server, account: string, database?: string): MatrixOne<DB> {
  const connection: MatrixOneConfig['connection'] = {
    host: server.host,
    port: server.port,
    user: `${account}#${ADMIN.name}`,
    password: ADMIN.password,
    ...(database === undefined ? {} : { database }),
  }
  return new MatrixOne<DB>({ connection })
}

/** Makes the database with its tables, a vector index, and a few rows. */
export async function openShop(server: Server): Promise<MatrixOne<Shop>> {
  const account = logIn(server, OWNER)
  await sql`create database ${sql.id(DATABASE)}`.execute(account)
  await account.destroy()

  const db = logIn<Shop>(server, OWNER, DATABASE)
  await db.createTableWithIndex(
    'products',
    (table) =>
      table
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('name', 'varchar(100)', (column) => column.notNull())
        .addColumn('price', 'decimal(10, 2)', (column) => column.notNull())
        .addColumn('embedding', vecf32(3)),
    { vector: [{ column: 'embedding', algorithm: 'ivfflat', metric: 'l2' }] },
  )
  await db.createTable('orders', (table) =>
    table
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('product_id', 'integer', (column) => column.notNull())
      .addColumn('quantity', 'integer', (column) => column.notNull())
      .addColumn('note', 'varchar(100)'),
  )
  await db.batchInsert('products', [
    { id: 1, name: 'Pen 🖋️', price: '4.50', embedding: [0.9, 0.1, 0] },
    { id: 2, name: `12" ruler, "it's \\ steel"`, price: '12.00', embedding: [0.1, 0.8, -2.5e-8] },
    { id: 3, name: '墨水', price: '0.99', embedding: null },
  ])
  await db.batchInsert('orders', [
    { id: 1, product_id: 1, quantity: 2, note: null },
    { id: 2, product_id: 2, quantity: 1, note: 'gift' },
    { id: 3, product_id: 3, quantity: 5, note: '' },
  ])
  return db
}
