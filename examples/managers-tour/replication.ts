import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import type { MatrixOne } from 'kysely-matrixone'
import { ADMIN, DATABASE, logIn, OWNER, type Server, type Shop } from './shop.js'

type Print = (line: string) => void

/** How the arrival of changes is waited for. */
export interface Patience {
  /** How often it is asked, at most. */
  readonly questions: number
  /** Milliseconds between two questions. */
  readonly pause: number
}

const COPY = 'shop_copy'

/**
 * Replicates a table into another database and sees its rows and a later change arrive.
 *
 * @param self where the database server finds itself
 */
export async function replicate(
  db: MatrixOne<Shop>,
  server: Server,
  self: { readonly host: string; readonly port: number },
  patience: Patience,
  print: Print,
): Promise<void> {
  print('change data capture')
  await sql`create database ${sql.id(COPY)}`.execute(db)
  // CDC reads the history that a PITR keeps: two hours of it, at least.
  await db.pitr.create('for_cdc', { level: 'database', database: DATABASE, range: 2, unit: 'h' })
  const endpoint = { ...self, account: OWNER, user: ADMIN.name, password: ADMIN.password }
  const task = await db.cdc.create('orders_to_copy', {
    source: endpoint,
    sink: endpoint,
    tables: [{ from: `${DATABASE}.orders`, to: `${COPY}.orders` }],
  })
  print(`  ${task.name} is ${task.state}`)

  const copy = logIn<Shop>(server, OWNER, COPY)
  try {
    await until(patience, () => copy.metadata.exists('orders'))
    await until(patience, async () => (await readQuantities(copy)) === '2, 1, 5')
    print(`  the rows have arrived: ${await readQuantities(copy)}`)
    await db.updateTable('orders').set({ quantity: 6 }).where('id', '=', 3).execute()
    await until(patience, async () => (await readQuantities(copy)) === '2, 1, 6')
    print(`  so has the change: ${await readQuantities(copy)}`)
    const { tables } = await db.cdc.get(task.name)
    for (const { table, error } of tables) print(`  ${table}: ${error ?? 'no error'}`)
  } finally {
    await copy.destroy()
    await db.cdc.drop(task.name)
    await db.pitr.drop('for_cdc')
    await sql`drop database ${sql.id(COPY)}`.execute(db)
  }
}

async function readQuantities(db: MatrixOne<Shop>): Promise<string> {
  const orders = await db.selectFrom('orders').select('quantity').orderBy('id').execute()
  return orders.map(({ quantity }) => quantity).join(', ')
}

async function until(
  { questions, pause }: Patience,
  arrived: () => Promise<boolean>,
): Promise<void> {
  for (let question = 0; question < questions; question += 1) {
    if (await arrived()) return
    await delay(pause)
  }
  throw new Error(`Nothing has arrived after ${questions} questions.`)
}
