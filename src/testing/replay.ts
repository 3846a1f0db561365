import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Command } from './command.js'
import { Listener } from './listener.js'
import { exposeListener, printProblem, type Proxy } from './proxy.js'
import { TapeBackend, type Playing } from './tape-backend.js'
import { parseTape } from './tape/parse-tape.js'
import type { Tape } from './tape/tape.js'
import { TapeLibrary } from './tape/tape-library.js'
import { TapeText, type TextOptions } from './tape/tape-text.js'

const LONGEST_SHOWN_TEXT = 500

export interface ReplayOptions extends TextOptions {
  /** How to record the tape again, for messages. Default: `record it again with record()`. */
  readonly recordAgain?: string
  /** Called for packets that a real server would not survive; default stderr. */
  readonly onProblem?: (problem: string) => void
}

/** A statement without an answer on the tape. */
export interface UnansweredStatement {
  /** The protocol's name of the command, such as `COM_QUERY`. */
  readonly command: string
  readonly text: string
  /** Counted from 1 in the order of acceptance. */
  readonly connection: number
  /** The error message the client got. */
  readonly message: string
}

/** A server that answers from a tape. */
export interface Player extends Proxy {
  readonly tape: Tape
  /** Statements that were asked but not recorded: a test should fail when there are any. */
  readonly unanswered: readonly UnansweredStatement[]
}

/**
 * Plays a tape on a free loopback port: a server for tests that need none.
 *
 * Accepts any password and answers each statement by its text, in the recorded order: the n-th
 * connection gets the answers of the n-th recorded one, and then those of other connections to the
 * same text. A statement that was not recorded gets an error (1105).
 *
 * @param tape a tape, or the path of one
 * @throws {Error} when the file is missing or not a tape
 *
 * @example
 * const player = await replay('test/tapes/orders.json')
 * const db = new MatrixOne<DB>({ connection: { host: player.host, port: player.port } })
 * // …
 * await db.destroy()
 * await player.close()
 * expect(player.unanswered).toEqual([])
 */
export async function replay(
  tape: Tape | string | URL,
  options: ReplayOptions = {},
): Promise<Player> {
  const name = typeof tape === 'string' || tape instanceof URL ? String(tape) : 'the tape'
  const played = typeof tape === 'string' || tape instanceof URL ? await loadTape(tape) : tape
  const library = new TapeLibrary(played, new TapeText(options))
  const unanswered: UnansweredStatement[] = []
  const closing = new AbortController()
  const playing: Playing = {
    library,
    closing: closing.signal,
    byConnection: new Map(),
    refuse: (command, connection, loadedOther) => {
      const text = library.text.statement(command.text)
      const reason = loadedOther
        ? 'the bytes that it loads differ from the recorded ones'
        : describeCount(library.count(command))
      const message = describeUnanswered(command, text, connection, reason, name, played, options)
      unanswered.push({ command: command.name, text, connection, message })
      return message
    },
  }
  const listener = await Listener.open({
    makeBackend: (connection) => new TapeBackend(playing, connection),
    report: options.onProblem ?? printProblem,
    oneByOne: true,
  })
  return {
    ...exposeListener(listener),
    tape: played,
    unanswered,
    close: async () => {
      closing.abort()
      await listener.close()
    },
  }
}

async function loadTape(path: string | URL): Promise<Tape> {
  const file = typeof path === 'string' ? path : fileURLToPath(path)
  return parseTape(await readFile(file, 'utf8'), file)
}

function describeCount(recorded: number): string {
  if (recorded === 0) return 'it was not asked then'
  return `it was asked ${recorded === 1 ? 'once' : `${recorded} times`} then and is asked once more`
}

function describeUnanswered(
  command: Command,
  text: string,
  connection: number,
  reason: string,
  name: string,
  tape: Tape,
  options: ReplayOptions,
): string {
  const shown = text.length > LONGEST_SHOWN_TEXT ? `${text.slice(0, LONGEST_SHOWN_TEXT)} …` : text
  const parameters =
    command.parameters === undefined ? '' : ` with ${JSON.stringify(command.parameters)}`
  return (
    `No recorded answer for ${command.name} ${JSON.stringify(shown)}${parameters} on connection ` +
    `${connection}: ${reason}. The player has ${name}, recorded from ${tape.server} on ` +
    `${tape.recorded}. If the question is right, ${options.recordAgain ?? 'record it again with record()'}.`
  )
}
