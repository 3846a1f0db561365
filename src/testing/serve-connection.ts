import { labelCommand, readCommand, type Command } from './command.js'
import type { Backend, Exchange } from './exchange.js'
import type { FaultSwitches } from './faults.js'
import type { StatementFaults } from './statement-faults.js'
import { Disconnected, type PacketSocket } from './wire/packet-socket.js'
import { PreparedStatements } from './wire/prepared-statements.js'

export interface ServedConnection {
  readonly client: PacketSocket
  readonly backend: Backend
  readonly faults: FaultSwitches
  /** Counted from 1 in the order of acceptance. */
  readonly connection: number
  readonly report: (problem: string) => void
  /** Called when the login, or the connection, is over. */
  readonly onReady: () => void
}

/** Serves one client until either end, or a fault, closes the connection. */
export async function serveConnection(served: ServedConnection): Promise<void> {
  const { client, backend } = served
  client.onEnd(() => backend.close())
  try {
    await serve(served)
    client.close()
  } catch (error) {
    if (!(error instanceof Disconnected)) throw error
    client.close(error.how)
  } finally {
    served.onReady()
    backend.close()
  }
}

async function serve(served: ServedConnection): Promise<void> {
  const { client, backend, faults, connection } = served
  const greeting = await backend.connect()
  await faults.beforeGreeting()
  await client.write(greeting)
  const login = await client.receive()
  const accepted = await backend.login(login.payload, {
    send: (payload) => client.write(payload),
    receive: () => client.receive(),
  })
  served.onReady()
  if (!accepted) return

  let busy = false
  let backendEnd: 'fin' | 'rst' | undefined
  backend.onEnd((how) => {
    backendEnd = how
    if (!busy) client.close(how)
  })
  const prepared = new PreparedStatements()
  for (;;) {
    const packet = await client.read()
    if (packet === undefined) return
    if (packet.payload.length === 0 || packet.firstSequence !== 0) {
      served.report(describeStrayPacket(packet.payload.length, connection))
      continue
    }
    const command = readCommand(packet.payload, prepared)
    busy = true
    await answer(served, command, prepared, faults.arm(labelCommand(command), connection))
    busy = false
    if (backendEnd !== undefined) throw new Disconnected(backendEnd)
  }
}

async function answer(
  { client, backend }: ServedConnection,
  command: Command,
  prepared: PreparedStatements,
  faults: StatementFaults,
): Promise<void> {
  if (command.name === 'COM_STMT_SEND_LONG_DATA') prepared.addLongData(command.payload)
  if (command.name === 'COM_STMT_RESET') prepared.reset(command.payload)
  if (command.name === 'COM_STMT_CLOSE') prepared.close(command.payload)
  await faults.before(client)
  const exchange: Exchange = {
    send: async (payload, role) => {
      if (role === 'prepared') prepared.register(command.text, payload)
      await faults.send(client, payload)
    },
    receive: () => client.receive(),
  }
  await backend.answer(command, exchange)
  await faults.after(client)
}

function describeStrayPacket(length: number, connection: number): string {
  const what = length === 0 ? 'an empty packet' : `a leftover packet of ${length} bytes`
  return (
    `connection ${connection}: the client sent ${what} where a command belongs. ` +
    'It was not passed on: MatrixOne 4.2.0 ends its process at an empty command. ' +
    'An empty chunk in a LOAD DATA LOCAL stream does this: filter empty chunks out.'
  )
}
