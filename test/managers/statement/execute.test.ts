import type { ControlledTransaction, Kysely, Transaction } from 'kysely'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { SqlSyntaxError } from '../../../src/errors.js'
import {
  type SqlExecutor,
  executeSql,
  pinConnection,
} from '../../../src/managers/statement/execute.js'
import { useServer } from '../../support/server.js'
import { openSession } from '../metadata/metadata-support.js'

const server = useServer(import.meta.url)

describe('sending SQL for a manager', () => {
  it('works on every Kysely and Transaction, whatever its tables', () => {
    interface Shop {
      orders: { id: number }
    }
    expectTypeOf<Kysely<Shop>>().toExtend<SqlExecutor>()
    expectTypeOf<Transaction<Shop>>().toExtend<SqlExecutor>()
    expectTypeOf<ControlledTransaction<Shop>>().toExtend<SqlExecutor>()
  })

  it("turns the errors of another dialect into this library's", async () => {
    const session = openSession(server.options)
    await expect(executeSql(session.db, 'selekt 1')).rejects.toThrow(SqlSyntaxError)
    session.close()
  })

  it('stays on one connection, also inside a transaction', async () => {
    const session = openSession(server.options)
    const id = async (db: SqlExecutor): Promise<unknown> => {
      const [row] = await executeSql<{ readonly id: unknown }>(db, 'select connection_id() as id')
      return row?.id
    }
    await pinConnection(session.db, async (one) => {
      const outer = await id(one)
      await pinConnection(one, async (same) => expect(await id(same)).toBe(outer))
    })
    await session.db.transaction().execute(async (trx) => {
      await pinConnection(trx, async (one) => expect(await id(one)).toBe(await id(trx)))
    })
    session.close()
  })
})
