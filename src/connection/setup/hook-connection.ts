import { ConnectionError } from '../../errors.js'
import { guardStatement } from '../../guards/guard-statement.js'
import type { ResolvedGuards } from '../../guards/guards.js'
import { interpolate } from '../../sql/interpolate.js'
import { fitPacket } from '../../sql/packet-size.js'
import type { PhysicalConnection } from '../mysql2/physical-connection.js'
import { selectRows } from './select-rows.js'

/** The connection that a hook or listener works on, and nothing else. */
export interface HookConnection {
  /** The server's connection id. */
  readonly id: number
  /** As the server greets: `8.0.30-MatrixOne-v4.2.0`. */
  readonly serverVersion: string
  /** 1, or 2 when the first connection broke or failed in a way that a second one may not. */
  readonly attempt: number
  /**
   * Runs one statement on this connection; `?` stands for a parameter.
   *
   * @throws {ConnectionError} when the hook or listener has ended: the connection has another user
   */
  execute<R = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<readonly R[]>
}

/** The rights of a hook or listener. */
export interface HookAccess {
  readonly attempt: number
  readonly guards: ResolvedGuards
}

/**
 * Lends a connection to a hook or listener for as long as that runs; statements that it did not await
 * are waited for.
 */
export async function lendConnection(
  connection: PhysicalConnection,
  { attempt, guards }: HookAccess,
  action: (lent: HookConnection) => void | Promise<void>,
): Promise<void> {
  const { id, serverVersion, timeZone } = connection
  const running = new Set<Promise<unknown>>()
  let hasEnded = false
  const send = async (sql: string, parameters: readonly unknown[]): Promise<readonly unknown[]> => {
    if (hasEnded) throw endedHook()
    if (connection.isClosed) throw new ConnectionError('This connection is closed.')
    const text = interpolate(sql, parameters, { timeZone })
    const { inTransaction } = connection
    const statement = { sql, text, serverVersion, inTransaction, isManual: true, hold: true }
    const passed = guardStatement(statement, guards)
    const rows = selectRows(connection, fitPacket(passed.text))
    const settled = rows.then(ignore, ignore)
    running.add(settled)
    await settled
    running.delete(settled)
    return rows
  }
  const lent: HookConnection = Object.freeze({
    id,
    serverVersion,
    attempt,
    execute: async <R>(sql: string, parameters: readonly unknown[] = []) =>
      (await send(sql, parameters)) as readonly R[],
  })
  try {
    await action(lent)
  } finally {
    hasEnded = true
    await Promise.all(running)
  }
}

const ignore = (): void => undefined

function endedHook(): Error {
  return new ConnectionError(
    'This connection was lent to a hook or listener that has ended, and is used by others now; the ' +
      'statement was not sent. Await every statement before the hook or listener returns.',
  )
}
