/** Counts the sockets that this process has open to one port, as Node itself announces them. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

export function watchSockets(port) {
  const open = new Set()
  let most = 0
  const note = ({ socket }) => {
    socket.once('connect', () => {
      if (socket.remotePort !== port) return
      open.add(socket)
      most = Math.max(most, open.size)
      socket.once('close', () => open.delete(socket))
    })
  }
  subscribe('net.client.socket', note)
  return {
    get open() {
      return open.size
    },
    get most() {
      return most
    },
    stop: () => unsubscribe('net.client.socket', note),
  }
}
