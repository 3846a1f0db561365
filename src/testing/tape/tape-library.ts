import type { Command } from '../command.js'
import type { Login } from '../wire/login.js'
import type { Tape, TapeConnection, TapeStatement } from './tape.js'
import type { TapeText } from './tape-text.js'

/** A recorded statement and whether it has been played. */
export interface Recording {
  readonly statement: TapeStatement
  readonly key: string
  /** Resolves when a client has sent it. */
  readonly asked: Promise<void>
  readonly markAsked: () => void
  used: boolean
}

/** One recorded connection, played to at most one client. */
export interface Slot {
  readonly number: number
  readonly connection: TapeConnection
  readonly recordings: readonly Recording[]
  taken: boolean
}

/** Finds the recorded answer to a client's command. */
export class TapeLibrary {
  readonly tape: Tape
  readonly text: TapeText
  readonly #slots: readonly Slot[]

  constructor(tape: Tape, text: TapeText) {
    this.tape = tape
    this.text = text
    this.#slots = tape.connections.map((connection, index) => ({
      number: index + 1,
      connection,
      recordings: connection.statements.map((statement) => makeRecording(statement)),
      taken: false,
    }))
  }

  slot(number: number): Slot | undefined {
    return this.#slots[number - 1]
  }

  /**
   * The recorded connection for a login: the one whose greeting was sent, unless the user or database
   * differs and an untaken connection fits better.
   */
  takeSlot(number: number, login: Login): Slot | undefined {
    const user = this.text.text(login.user)
    const database = this.text.text(login.database)
    const fits = ({ connection, taken }: Slot): boolean =>
      !taken && connection.user === user && connection.database === database
    const own = this.slot(number)
    const slot = own !== undefined && fits(own) ? own : (this.#slots.find(fits) ?? own)
    if (slot === undefined || slot.taken) return undefined
    slot.taken = true
    return slot
  }

  /** Unused recordings of the same statement: first those of the slot, then all others. */
  candidates(command: Command, slot: Slot | undefined): Recording[] {
    const key = this.#keyOf(command)
    const slots = [...(slot === undefined ? [] : [slot]), ...this.#slots.filter((s) => s !== slot)]
    return slots.flatMap(({ recordings }) =>
      recordings.filter((recording) => !recording.used && recording.key === key),
    )
  }

  /** How often the statement was recorded at all. */
  count(command: Command): number {
    const key = this.#keyOf(command)
    return this.#slots.flatMap((slot) => slot.recordings).filter((one) => one.key === key).length
  }

  /** The recording at a place such as `2.14`. */
  at(place: string): Recording | undefined {
    const [connection = 0, statement = 0] = place.split('.').map(Number)
    return this.slot(connection)?.recordings[statement - 1]
  }

  #keyOf(command: Command): string {
    const parameters = this.text.parameters(command.parameters, command.text)
    return makeKey(command.name, this.text.statement(command.text), parameters)
  }
}

function makeRecording(statement: TapeStatement): Recording {
  let markAsked = (): void => undefined
  const asked = new Promise<void>((resolve) => (markAsked = resolve))
  const key = makeKey(statement.command, statement.text, statement.parameters)
  return { statement, key, asked, markAsked, used: false }
}

function makeKey(command: string, text: string, parameters: TapeStatement['parameters']): string {
  return `${command}\n${text}\n${JSON.stringify(parameters ?? [])}`
}
