/** Run as a process of its own by close.test.ts, on the built package: it must end by itself. */
import { record, replay } from 'kysely-matrixone/testing'
import { createConnection } from 'mysql2/promise'

const target = JSON.parse(process.env.TARGET)

async function ask(port) {
  const connection = await createConnection({ ...target, port })
  const [rows] = await connection.query('select 42 v')
  // No destroy(): MatrixOne ignores COM_QUIT, so only the player's end can close the socket.
  await connection.end()
  return rows
}

const recorder = await record({ target })
recorder.faults.delay({ statement: 'never asked', ms: 60_000 })
await ask(recorder.port)
await recorder.close()
console.log(`recorded ${recorder.tape.connections.length} connection`)

const player = await replay(recorder.tape)
const rows = await ask(player.port)
await player.close()
console.log(`replayed ${JSON.stringify(rows)}`)
