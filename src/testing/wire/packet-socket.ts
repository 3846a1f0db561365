import { once } from 'node:events'
import type { Socket } from 'node:net'
import { encodeFrames, FrameReader, type Packet } from './frames.js'

const MOST_BUFFERED_BYTES = 1024 * 1024

/** The other side is gone, or a fault made it look so. */
export class Disconnected extends Error {
  readonly how: 'fin' | 'rst'

  constructor(how: 'fin' | 'rst') {
    super('the connection is closed')
    this.name = 'Disconnected'
    this.how = how
  }
}

/** A socket that reads and writes logical packets and keeps count of the sequence ids. */
export class PacketSocket {
  readonly #socket: Socket
  readonly #frames = new FrameReader()
  readonly #packets: Packet[] = []
  #bufferedBytes = 0
  #wake: (() => void) | undefined
  #sequence = 0
  #ended = false
  #how: 'fin' | 'rst' = 'fin'
  #deaf = false
  readonly #endListeners: (() => void)[] = []

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') this.#how = 'rst'
    })
    const end = (): void => {
      if (this.#ended) return
      this.#ended = true
      this.#wake?.()
      for (const listener of this.#endListeners) listener()
    }
    socket.on('end', end)
    socket.on('close', end)
  }

  /** How the other side closed, known once `ended`. */
  get how(): 'fin' | 'rst' {
    return this.#how
  }

  get ended(): boolean {
    return this.#ended
  }

  get hasPackets(): boolean {
    return this.#packets.length > 0
  }

  onEnd(listener: () => void): void {
    if (this.#ended) listener()
    else this.#endListeners.push(listener)
  }

  /** The next packet, or `undefined` when the other side closed and everything it sent is read. */
  async read(): Promise<Packet | undefined> {
    while (this.#packets.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const packet = this.#packets.shift()
    if (packet === undefined) return undefined
    this.#bufferedBytes -= packet.payload.length
    if (!this.#deaf && this.#bufferedBytes < MOST_BUFFERED_BYTES) this.#socket.resume()
    this.#sequence = packet.nextSequence
    return packet
  }

  /** Like `read`, but a closed connection is thrown as `Disconnected`. */
  async receive(): Promise<Packet> {
    const packet = await this.read()
    if (packet === undefined) throw new Disconnected(this.#how)
    return packet
  }

  /** Starts a new exchange: the next packet written has sequence id 0. */
  restartSequence(): void {
    this.#sequence = 0
  }

  /** Writes one packet; waits while the other side does not read. */
  async write(payload: Buffer): Promise<void> {
    const { bytes, nextSequence } = encodeFrames(payload, this.#sequence)
    this.#sequence = nextSequence
    await this.writeBytes(bytes)
  }

  /** The frames of a packet as they would be written, for faults that send a part of them. */
  frame(payload: Buffer): Buffer {
    const { bytes, nextSequence } = encodeFrames(payload, this.#sequence)
    this.#sequence = nextSequence
    return bytes
  }

  async writeBytes(bytes: Buffer): Promise<void> {
    if (this.#socket.destroyed) throw new Disconnected(this.#how)
    if (this.#socket.write(bytes)) return
    await Promise.race([once(this.#socket, 'drain'), once(this.#socket, 'close')]).catch(
      () => undefined,
    )
    if (this.#socket.destroyed) throw new Disconnected(this.#how)
  }

  /** Reads no further byte, so that the other side's writes pile up. */
  stopReading(): void {
    this.#deaf = true
    this.#socket.pause()
  }

  /** Closes once everything written has left: with FIN, or with RST, which throws it away. */
  close(how: 'fin' | 'rst' = 'fin'): void {
    if (how === 'rst') this.#socket.resetAndDestroy()
    else this.#socket.destroySoon()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    for (const packet of this.#frames.push(chunk)) {
      this.#packets.push(packet)
      this.#bufferedBytes += packet.payload.length
    }
    if (this.#bufferedBytes >= MOST_BUFFERED_BYTES) this.#socket.pause()
    if (this.#packets.length > 0) this.#wake?.()
  }
}
