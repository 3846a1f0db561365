import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** Sockets that this process has opened to one port, as Node itself announces them. */
export interface SocketWatch {
  /** Sockets that are not destroyed. */
  readonly open: number
  /** All of them so far. */
  readonly made: number
  readonly stop: () => void
}

/** Counts the client sockets of this process to a port, from now on. */
export function watchSockets(port: number): SocketWatch {
  const made = new Set<Socket>()
  const note = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket }
    socket.once('connect', () => {
      if (socket.remotePort === port) made.add(socket)
    })
  }
  subscribe('net.client.socket', note)
  return {
    get open() {
      return [...made].filter(({ destroyed }) => !destroyed).length
    },
    get made() {
      return made.size
    },
    stop: () => unsubscribe('net.client.socket', note),
  }
}
