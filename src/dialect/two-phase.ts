/**
 * Two-phase transactions in XA SQL. MatrixOne does not parse it (1064 for all forms, 4.2.0), so there
 * it is refused before anything is sent; MySQL and MariaDB have it.
 */
import { ConnectionError, UnknownOutcomeError, UnsupportedError, ValueError } from '../errors.js'
import { capabilitiesOf } from '../server/capabilities.js'
import { parseServerVersion } from '../server/server-version.js'
import { toLiteral } from '../sql/literals.js'
import type { MatrixOneConnection } from './matrixone-connection.js'

/** The steps, by the names of their interceptors. */
export type TwoPhaseStep =
  | 'beginTwoPhase'
  | 'prepareTwoPhase'
  | 'commitTwoPhase'
  | 'rollbackTwoPhase'

/** Where a two-phase transaction on a connection is. */
const STATES = new WeakMap<MatrixOneConnection, 'active' | 'prepared'>()

/**
 * Takes one step.
 *
 * @throws {UnsupportedError} on MatrixOne; nothing was sent
 * @throws {UnknownOutcomeError} when the answer to a commit was lost
 */
export async function performTwoPhase(
  step: TwoPhaseStep,
  connection: MatrixOneConnection,
  xid: string,
): Promise<void> {
  refuseWithoutXa(connection.physical.serverVersion)
  const id = toXid(xid)
  const send = (sql: string): Promise<void> => connection.sendOwn(sql)
  switch (step) {
    case 'beginTwoPhase':
      await send(`xa start ${id}`)
      STATES.set(connection, 'active')
      connection.noteTransaction(true)
      return
    case 'prepareTwoPhase':
      await send(`xa end ${id}`)
      await send(`xa prepare ${id}`)
      STATES.set(connection, 'prepared')
      return
    case 'commitTwoPhase':
      await commit(connection, id, send)
      break
    case 'rollbackTwoPhase':
      if (STATES.get(connection) === 'active') await send(`xa end ${id}`)
      await send(`xa rollback ${id}`)
  }
  STATES.delete(connection)
  connection.noteTransaction(false)
}

async function commit(
  connection: MatrixOneConnection,
  id: string,
  send: (sql: string) => Promise<void>,
): Promise<void> {
  const isPrepared = STATES.get(connection) === 'prepared'
  if (!isPrepared) await send(`xa end ${id}`)
  try {
    await send(isPrepared ? `xa commit ${id}` : `xa commit ${id} one phase`)
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
    throw new UnknownOutcomeError(
      'The connection broke after XA COMMIT was sent and before the answer came: it may or may not ' +
        'have taken effect. XA RECOVER lists what is still prepared.',
      { cause: error, code: error.code },
    )
  }
}

function refuseWithoutXa(serverVersion: string): void {
  const version = parseServerVersion(serverVersion)
  if (!version.isMatrixOne || capabilitiesOf(version).xa) return
  throw new UnsupportedError(
    'MatrixOne has no two-phase transactions: it does not know XA START (4.2.0). Nothing was sent. ' +
      'Use db.transaction(), and an outbox table for what has to happen elsewhere too.',
  )
}

/** The server's limit of a gtrid is 64 bytes. */
function toXid(xid: string): string {
  const bytes = Buffer.byteLength(xid)
  if (bytes > 0 && bytes <= 64) return toLiteral(xid)
  throw new ValueError(
    `The id of a two-phase transaction has 1 to 64 bytes; ${JSON.stringify(xid)} has ${bytes}.`,
  )
}
