import type { PhysicalConnection } from '../mysql2/physical-connection.js'

/** A physical connection as listeners and interceptors see it; it lives as long as the socket. */
export interface ConnectionRecord {
  /** The server's connection id. */
  readonly id: number
  /** As the server greets: `8.0.30-MatrixOne-v4.2.0`. */
  readonly serverVersion: string
  /** Room for the program's own notes, gone with the connection. */
  readonly info: Map<unknown, unknown>
  readonly isClosed: boolean
}

/** Makes the record of a connection. */
export function createRecord(physical: PhysicalConnection): ConnectionRecord {
  const { id, serverVersion } = physical
  const info = new Map<unknown, unknown>()
  return Object.freeze({
    id,
    serverVersion,
    info,
    get isClosed() {
      return physical.isClosed
    },
  })
}
