import type { Command } from '../command.js'
import type { Greeting } from '../wire/greeting.js'
import type { Login } from '../wire/login.js'
import { readPrepared, writePrepared } from '../wire/packets.js'
import type { PacketRole } from '../wire/reply-progress.js'
import { TAPE_FORMAT, type Tape, type TapeGreeting, type TapePacket } from './tape.js'
import type { TapeStatement } from './tape.js'
import { toTapePacket } from './tape-packets.js'
import type { TapeText } from './tape-text.js'

/**
 * A reply that waited this long counts as held up by what other connections did meanwhile: a lock,
 * or a sleep that was killed. The player then keeps to that order.
 */
const HELD_UP_MS = 100

/** The servers that a tape can be made from, by the word in their version. */
export type Product = 'MatrixOne' | 'MariaDB'

/** Commands that every player answers by itself: kept only when the reply was unusual. */
const ROUTINE = new Set(['COM_PING', 'COM_STMT_RESET'])

export interface RecordedStatement {
  readonly connection: number
  readonly command: Command
  readonly askedAt: number
  readonly packets: { readonly payload: Buffer; readonly role: PacketRole }[]
  after: RecordedStatement | undefined
  readonly closes: number[]
  loaded: TapeStatement['loaded']
  broke: TapeStatement['broke']
  complete: boolean
}

export interface RecordedConnection {
  readonly number: number
  thread: number | TapePacket | undefined
  login: Login
  outcome: TapePacket | undefined
  readonly statements: RecordedStatement[]
}

/** Collects what the recording backends of all connections see into a tape. */
export class TapeRecorder {
  readonly #text: TapeText
  readonly #product: Product
  readonly #connections: RecordedConnection[] = []
  #greeting: TapeGreeting | undefined
  #lastAsked: RecordedStatement | undefined

  constructor(text: TapeText, product: Product) {
    this.#text = text
    this.#product = product
  }

  openConnection(number: number): RecordedConnection {
    const connection: RecordedConnection = {
      number,
      thread: undefined,
      login: { user: '', database: '' },
      outcome: undefined,
      statements: [],
    }
    this.#connections[number - 1] = connection
    return connection
  }

  noteGreeting(connection: RecordedConnection, payload: Buffer, greeting?: Greeting): void {
    if (greeting === undefined) {
      connection.thread = this.#text.packet(toTapePacket(payload, 'error'))
      return
    }
    connection.thread = greeting.threadId
    const { version, capabilities, charset, status, plugin } = greeting
    this.#greeting ??= { version, capabilities, charset, status, plugin }
  }

  noteLogin(connection: RecordedConnection, login: Login): void {
    connection.login = login
  }

  noteLoginOutcome(connection: RecordedConnection, payload: Buffer, role: PacketRole): void {
    connection.outcome = this.#text.packet(toTapePacket(payload, role))
  }

  noteAsked(connection: RecordedConnection, command: Command): RecordedStatement {
    const statement: RecordedStatement = {
      connection: connection.number,
      command,
      askedAt: performance.now(),
      packets: [],
      after: undefined,
      closes: [],
      loaded: undefined,
      broke: undefined,
      complete: false,
    }
    if (command.reply === 'none') return statement
    connection.statements.push(statement)
    this.#lastAsked = statement
    return statement
  }

  noteReply(statement: RecordedStatement, payload: Buffer, role: PacketRole): void {
    const last = this.#lastAsked
    if (statement.packets.length === 0 && last?.connection !== statement.connection) {
      const heldUp = last !== undefined && last.askedAt - statement.askedAt >= HELD_UP_MS
      if (heldUp) statement.after = last
    }
    // The server numbers prepared statements as it likes; the player numbers them anew.
    const kept =
      role === 'prepared' ? writePrepared({ ...readPrepared(payload), statementId: 0 }) : payload
    statement.packets.push({ payload: kept, role })
  }

  /** The server closed a connection that had sent nothing: most likely another one killed it. */
  noteClosed(connection: RecordedConnection): void {
    this.#lastAsked?.closes.push(connection.number)
  }

  /** @throws {Error} when nothing was recorded, or the server is another product */
  makeTape(): Tape {
    const greeting = this.#greeting
    if (greeting === undefined) throw new Error('Nothing was recorded: no client has connected.')
    if (!greeting.version.includes(this.#product)) {
      throw new Error(
        `A tape is only made from a ${this.#product} server; this one calls itself ${greeting.version}.`,
      )
    }
    const kept = this.#connections.map((connection) => ({
      connection,
      statements: connection.statements.filter((statement) => !isRoutine(statement)),
    }))
    const places = new Map<RecordedStatement, string>()
    for (const { connection, statements } of kept) {
      for (const [index, statement] of statements.entries()) {
        places.set(statement, `${connection.number}.${index + 1}`)
      }
    }
    return {
      format: TAPE_FORMAT,
      server: greeting.version,
      recorded: new Date().toISOString().slice(0, 10),
      greeting,
      connections: kept.map(({ connection, statements }) => ({
        thread: connection.thread ?? 0,
        user: this.#text.text(connection.login.user),
        database: this.#text.text(connection.login.database),
        ...(connection.outcome === undefined ? {} : { login: connection.outcome }),
        statements: statements.map((statement) => this.#makeStatement(statement, places)),
      })),
    }
  }

  #makeStatement(
    statement: RecordedStatement,
    places: ReadonlyMap<RecordedStatement, string>,
  ): TapeStatement {
    const { command, after, closes, loaded } = statement
    const parameters = this.#text.parameters(command.parameters, command.text)
    const place = after === undefined ? undefined : places.get(after)
    const broke = statement.broke ?? (statement.complete ? undefined : 'client')
    return {
      command: command.name,
      text: this.#text.statement(command.text),
      ...(parameters === undefined ? {} : { parameters }),
      ...(loaded === undefined ? {} : { loaded }),
      ...(place === undefined ? {} : { after: place }),
      ...(closes.length === 0 ? {} : { closes }),
      ...(broke === undefined ? {} : { broke }),
      reply: statement.packets.map(({ payload, role }) =>
        this.#text.packet(toTapePacket(payload, role), command.text),
      ),
    }
  }
}

function isRoutine({ command, packets, closes, broke }: RecordedStatement): boolean {
  if (!ROUTINE.has(command.name) || closes.length > 0 || broke !== undefined) return false
  return packets.length === 1 && packets[0]?.role === 'ok'
}
