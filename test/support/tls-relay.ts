/**
 * Puts TLS in front of a server that has none, a tape's player included. The key exchange is
 * anonymous, so that no certificate and no key lie in the repository.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'

const CIPHERS = 'AECDH-AES128-SHA:@SECLEVEL=0'

/** mysql2's option `ssl` for a client of the relay. */
export const relaySsl = { ciphers: CIPHERS, maxVersion: 'TLSv1.2', rejectUnauthorized: false }

const HEADER = 4
const CLIENT_SSL = 0x08_00
const SSL_REQUEST = HEADER + 32

export interface TlsRelayOptions {
  /** Reads as MatrixOne 4.2.0 on a busy machine: all that has come behind the request for TLS is lost. */
  readonly loses?: boolean
  /** Never answers the client's half of the TLS handshake. */
  readonly isMute?: boolean
}

export interface TlsRelay {
  readonly port: number
  /** Connections so far. */
  readonly accepted: number
  /** From now on takes no bytes from its clients (`'deaf'`), or gives none to either side (`'hole'`). */
  freeze(how: 'deaf' | 'hole'): void
  close(): Promise<void>
}

/** Opens the relay on a free loopback port. */
export async function openTlsRelay(
  target: { readonly host: string; readonly port: number },
  options: TlsRelayOptions = {},
): Promise<TlsRelay> {
  const sockets = new Set<Socket>()
  const pairs = new Set<readonly [Duplex, Duplex]>()
  let accepted = 0
  const keep = (socket: Socket): Socket => {
    sockets.add(socket.on('error', () => undefined))
    return socket.once('close', () => sockets.delete(socket))
  }
  const serve = async (client: Socket): Promise<void> => {
    accepted += 1
    const server = keep(connect(target.port, target.host))
    client.once('close', () => server.destroy())
    client.write(offerTls(await readPacket(server)))
    const first = await readAfter(client, options.loses === true ? 20 : 0)
    if (options.isMute === true) return
    if (options.loses !== true) client.unshift(first.subarray(SSL_REQUEST))
    const secure = new TLSSocket(client, {
      isServer: true,
      ciphers: CIPHERS,
      maxVersion: 'TLSv1.2',
    }).on('error', () => undefined)
    await logIn(secure, server)
    secure.pipe(server)
    server.pipe(secure)
    pairs.add([secure, server])
  }
  const door = createServer({ allowHalfOpen: true }, (client) => {
    // A client that leaves in the middle of its login takes the rest of this with it.
    serve(keep(client)).catch(() => client.destroy())
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  return {
    port: (door.address() as AddressInfo).port,
    get accepted() {
      return accepted
    },
    freeze: (how) => {
      for (const [secure, server] of pairs) {
        secure.unpipe()
        server.unpipe()
        if (how === 'hole') secure.resume()
        else for (const socket of sockets) socket.pause()
      }
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => door.close(() => resolve()))
    },
  }
}

/** The login, whose packets are numbered on from the request for TLS that the server does not see. */
async function logIn(secure: Duplex, server: Duplex): Promise<void> {
  for (;;) {
    server.write(renumber(await readPacket(secure), -1))
    const reply = await readPacket(server)
    secure.write(renumber(reply, 1))
    const isLast = reply[HEADER] === 0 || reply[HEADER] === 0xff
    if (isLast) return
  }
}

function renumber(packet: Buffer, by: number): Buffer {
  packet[HEADER - 1] = (packet[HEADER - 1] ?? 0) + by
  return packet
}

/** The greeting, with the ability to speak TLS. */
function offerTls(greeting: Buffer): Buffer {
  // Behind the version: connection id (4), scramble (8), a filler (1), abilities.
  const abilities = greeting.indexOf(0, HEADER + 1) + 1 + 4 + 8 + 1
  greeting.writeUInt16LE(greeting.readUInt16LE(abilities) | CLIENT_SSL, abilities)
  return greeting
}

/** One packet, which its sender waits behind. */
async function readPacket(from: Duplex): Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  do bytes = Buffer.concat([bytes, await readSome(from)])
  while (bytes.length < HEADER || bytes.length < HEADER + bytes.readUIntLE(0, 3))
  return bytes
}

/** All that has come some milliseconds after the first byte. */
async function readAfter(from: Duplex, milliseconds: number): Promise<Buffer> {
  const first = await readSome(from)
  if (milliseconds > 0) await sleep(milliseconds)
  const more = from.read() as Buffer | null
  return more === null ? first : Buffer.concat([first, more])
}

function readSome(from: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const take = (): void => {
      const bytes = from.read() as Buffer | null
      if (bytes === null) return
      from.off('readable', take)
      from.off('close', fail)
      resolve(bytes)
    }
    const fail = (): void => reject(new Error('closed'))
    from.on('readable', take)
    from.once('close', fail)
    take()
  })
}
