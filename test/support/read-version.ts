import { connect } from 'node:net'
import type { ServerAddress } from 'kysely-matrixone/testing'

/** Reads the version out of the greeting: the first text in it, from its second byte on. */
export async function readVersion(
  { host, port }: ServerAddress,
  variable: string,
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    socket.once('error', (cause) => {
      reject(new Error(`${variable}: no server at ${host}:${port} (${cause.message}).`, { cause }))
    })
    socket.once('data', (bytes: Buffer) => {
      socket.destroy()
      resolve(bytes.toString('utf8', 5, bytes.indexOf(0, 5)))
    })
  })
}
