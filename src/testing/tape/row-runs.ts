import type { TapePacket } from './tape.js'

/**
 * Rows that count up one by one, as `generate_series` makes them for tests of streaming, are
 * printed as their first and last number: 30,000 lines of a tape would tell the reader nothing.
 */
export interface RowRun {
  readonly counting: readonly [first: number, last: number]
}

const SHORTEST_RUN = 16

export function packRowRuns(reply: readonly TapePacket[]): (TapePacket | RowRun)[] {
  const packed: (TapePacket | RowRun)[] = []
  let index = 0
  while (index < reply.length) {
    const first = readCount(reply[index])
    let length = 1
    if (first !== undefined) {
      while (readCount(reply[index + length]) === first + length) length += 1
    }
    if (first !== undefined && length >= SHORTEST_RUN) {
      packed.push({ counting: [first, first + length - 1] })
    } else {
      packed.push(...reply.slice(index, index + length))
    }
    index += length
  }
  return packed
}

export function unpackRowRuns(packed: readonly (TapePacket | RowRun)[]): TapePacket[] {
  return packed.flatMap((packet): TapePacket[] => {
    if (!('counting' in packet)) return [packet]
    const [first, last] = packet.counting
    return Array.from({ length: last - first + 1 }, (_, index) => [String(first + index)])
  })
}

/** The number in a row of one column that holds an integer as MatrixOne prints it. */
function readCount(packet: TapePacket | undefined): number | undefined {
  if (!Array.isArray(packet) || packet.length !== 1) return undefined
  const value: unknown = packet[0]
  if (typeof value !== 'string' || !/^(?:0|-?[1-9]\d{0,14})$/.test(value)) return undefined
  return Number(value)
}
