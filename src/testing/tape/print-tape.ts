import { packRowRuns } from './row-runs.js'
import type { Tape, TapeConnection, TapePacket, TapeStatement } from './tape.js'

/** A reply shorter than this is written out each time rather than referred to. */
const SHORT_REPLY = 160

/**
 * Writes a tape as JSON that a person and a diff can read: one line per packet. A reply that came
 * before is written as `"same as 2.14"`: connection 2, statement 14.
 */
export function printTape(tape: Tape): string {
  const seen = new Map<string, string>()
  const connections = tape.connections.map((connection, index) =>
    printConnection(connection, index + 1, seen),
  )
  return [
    '{',
    `"format": ${JSON.stringify(tape.format)},`,
    `"server": ${JSON.stringify(tape.server)},`,
    `"recorded": ${JSON.stringify(tape.recorded)},`,
    `"greeting": ${JSON.stringify(tape.greeting)},`,
    `"connections": [`,
    connections.join(',\n'),
    ']',
    '}',
    '',
  ].join('\n')
}

function printConnection(
  { statements, ...head }: TapeConnection,
  number: number,
  seen: Map<string, string>,
): string {
  const printed = statements.map((statement, index) =>
    printStatement(statement, `${number}.${index + 1}`, seen),
  )
  const start = JSON.stringify(head).slice(0, -1)
  return `${start},"statements":[\n${printed.join(',\n')}\n]}`
}

function printStatement(
  { reply, ...head }: TapeStatement,
  place: string,
  seen: Map<string, string>,
): string {
  return `${JSON.stringify(head).slice(0, -1)},"reply":${printReply(reply, place, seen)}}`
}

function printReply(
  reply: readonly TapePacket[],
  place: string,
  seen: Map<string, string>,
): string {
  const packed = packRowRuns(reply)
  const short = JSON.stringify(packed)
  if (short.length < SHORT_REPLY) return short
  const before = seen.get(short)
  if (before !== undefined) return JSON.stringify(`same as ${before}`)
  seen.set(short, place)
  return `[\n  ${packed.map((packet) => JSON.stringify(packet)).join(',\n  ')}\n]`
}
