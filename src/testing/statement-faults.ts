import type { ArmedFault } from './fault-points.js'
import { Disconnected, type PacketSocket } from './wire/packet-socket.js'

/** A reset throws away what the client's kernel has not handed over: first let that happen. */
const LET_BYTES_ARRIVE_MS = 20

/** The first byte of a reply that asks for a file. */
const LOCAL_INFILE = 0xfb

/** The faults that strike one statement, at each of its points. */
export class StatementFaults {
  static readonly none = new StatementFaults([], () => Promise.resolve())

  readonly #faults: readonly ArmedFault[]
  readonly #wait: (milliseconds: number) => Promise<void>
  #packetsSent = 0

  constructor(faults: readonly ArmedFault[], wait: (milliseconds: number) => Promise<void>) {
    this.#faults = faults
    this.#wait = wait
  }

  /** The statement has arrived and is not passed on yet. */
  async before(client: PacketSocket): Promise<void> {
    for (const fault of this.#faults) {
      if (fault.at === 'before') await this.#strike(fault, client)
    }
  }

  /** A packet of the reply is on its way to the client. */
  async send(client: PacketSocket, payload: Buffer): Promise<void> {
    const index = this.#packetsSent
    this.#packetsSent += 1
    if (this.#faults.length === 0) return await client.write(payload)
    // What a cut or a black hole `after` the statement withholds is dropped, once the server is done. Of a LOAD
    // DATA LOCAL it is not done before it has asked for the file.
    const asksForFile = index === 0 && payload[0] === LOCAL_INFILE
    if (!asksForFile && this.#faults.some((fault) => isWithheld(fault))) return
    let sent = payload
    for (const fault of this.#faults) {
      if (fault.at === 'before') continue
      if (isWithheld(fault) || index !== (fault.at === 'after' ? 0 : fault.packets)) continue
      if (fault.action.kind === 'garble') {
        sent = garble(sent, fault.at === 'after' ? 0 : Math.ceil(sent.length / 2))
        fault.strike()
      } else if (fault.at === 'after') {
        await this.#strike(fault, client)
      } else {
        const bytes = client.frame(sent)
        const half = 4 + Math.floor((bytes.length - 4) / 2)
        await client.writeBytes(bytes.subarray(0, half))
        await this.#strike(fault, client)
        return await client.writeBytes(bytes.subarray(half))
      }
    }
    await client.write(sent)
  }

  /** The server has answered completely. */
  async after(client: PacketSocket): Promise<void> {
    for (const fault of this.#faults) {
      if (isWithheld(fault)) await this.#strike(fault, client)
    }
  }

  async #strike(fault: ArmedFault, client: PacketSocket): Promise<void> {
    fault.strike()
    const { action } = fault
    switch (action.kind) {
      case 'cut':
        if (action.how === 'rst') await this.#wait(LET_BYTES_ARRIVE_MS)
        throw new Disconnected(action.how)
      case 'delay':
        return await this.#wait(action.milliseconds)
      case 'stopReading':
        client.stopReading()
        return await this.#wait(Number.POSITIVE_INFINITY)
      case 'blackHole':
        return await this.#wait(Number.POSITIVE_INFINITY)
      case 'garble':
        return
    }
  }
}

function isWithheld({ at, action }: ArmedFault): boolean {
  return at === 'after' && action.kind !== 'delay' && action.kind !== 'garble'
}

/** Flips half of the bits from `start` on: deterministic, and never the byte that was there. */
function garble(payload: Buffer, start: number): Buffer {
  const garbled = Buffer.from(payload)
  for (let index = start; index < garbled.length; index += 1) {
    garbled[index] = (garbled[index] ?? 0) ^ 0xa5
  }
  return garbled
}
