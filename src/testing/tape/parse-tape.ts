import { type RowRun, unpackRowRuns } from './row-runs.js'
import {
  TAPE_FORMAT,
  type Tape,
  type TapeConnection,
  type TapePacket,
  type TapeStatement,
} from './tape.js'

type WrittenStatement = Omit<TapeStatement, 'reply'> & { readonly reply: unknown }
type WrittenConnection = Omit<TapeConnection, 'statements'> & {
  readonly statements: readonly WrittenStatement[]
}

/**
 * Reads the text of a tape.
 *
 * @throws {Error} when it is not a tape, or has another format
 */
export function parseTape(text: string, name = 'the tape'): Tape {
  const written = parseJson(text, name)
  if (written === null || typeof written !== 'object' || !('format' in written)) {
    throw new Error(`${name} is not a tape: it has no "format". Record it again.`)
  }
  if (written.format !== TAPE_FORMAT) {
    throw new Error(
      `${name} has the format ${JSON.stringify(written.format)}, this version reads ` +
        `${JSON.stringify(TAPE_FORMAT)}. Record it again.`,
    )
  }
  const tape = written as Omit<Tape, 'connections'> & {
    readonly connections: readonly WrittenConnection[]
  }
  const replies = new Map<string, TapeStatement['reply']>()
  const connections = tape.connections.map((connection, connectionIndex) => ({
    ...connection,
    statements: connection.statements.map((statement, index) => {
      const reply = resolveReply(statement.reply, replies, name)
      replies.set(`${connectionIndex + 1}.${index + 1}`, reply)
      return { ...statement, reply }
    }),
  }))
  return { ...tape, connections }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${name} is not JSON: ${String(cause)}. Record it again.`, { cause })
  }
}

function resolveReply(
  reply: unknown,
  replies: ReadonlyMap<string, TapeStatement['reply']>,
  name: string,
): TapeStatement['reply'] {
  if (Array.isArray(reply)) return unpackRowRuns(reply as (TapePacket | RowRun)[])
  const place = /^same as (\d+\.\d+)$/.exec(String(reply))?.[1] ?? ''
  const same = replies.get(place)
  if (same === undefined) {
    throw new Error(`${name} refers to a reply that it does not have: ${JSON.stringify(reply)}`)
  }
  return same
}
