import type { Kysely, Transaction } from 'kysely'
import { describe, expectTypeOf, it } from 'vitest'
import {
  MatrixOne,
  MatrixOneControlledTransaction,
  MatrixOneTransaction,
  matrixone,
} from 'kysely-matrixone'
import type { DB } from '../../generated/db.js'

const db = new MatrixOne<DB>({ connection: { host: '127.0.0.1', port: 1 } })
const trx = db as unknown as MatrixOneTransaction<DB>

/** Only the types matter; nothing here is run. */
function never(_use: () => unknown): void {
  return
}

describe('the type of MatrixOne', () => {
  it('is a Kysely, and its transactions are Transactions', () => {
    expectTypeOf<MatrixOne<DB>>().toExtend<Kysely<DB>>()
    expectTypeOf<MatrixOneTransaction<DB>>().toExtend<Transaction<DB>>()
    expectTypeOf<MatrixOneControlledTransaction<DB>>().toExtend<MatrixOneTransaction<DB>>()
  })

  it('takes a transaction where a database is expected', () => {
    const service = async (on: MatrixOne<DB>) => on.metadata.tables()
    expectTypeOf(service).toBeCallableWith(db)
    expectTypeOf(service).toBeCallableWith(trx)
  })

  it('gives its callbacks transactions with managers', () => {
    never(() =>
      db.transaction().execute(async (inner) => {
        expectTypeOf(inner).toEqualTypeOf<MatrixOneTransaction<DB>>()
        expectTypeOf(inner.metadata).toEqualTypeOf(db.metadata)
      }),
    )
    expectTypeOf<ReturnType<ReturnType<typeof db.startTransaction>['execute']>>().resolves.toExtend<
      MatrixOneTransaction<DB>
    >()
  })

  it('remembers what is indexed when tables are picked', () => {
    type PickedTables = ReturnType<typeof db.$pickTables<'orders'>>
    expectTypeOf<PickedTables>().toExtend<MatrixOne<Pick<DB, 'orders'>, DB>>()
    // @ts-expect-error authors was not picked
    never(() => db.$pickTables<'orders'>().selectFrom('authors'))
  })

  it('gives any Kysely the same managers', () => {
    expectTypeOf(matrixone(db).metadata).toEqualTypeOf(db.metadata)
  })
})
