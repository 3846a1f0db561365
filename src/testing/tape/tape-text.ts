import { createHash } from 'node:crypto'
import {
  carriesCredentials,
  redactBytes,
  redactReply,
  redactStatement,
  redactText,
} from './redact.js'
import type { TapeColumn, TapePacket, TapeStatement, TapeValue } from './tape.js'

const LONGEST_TEXT = 8192
const KEPT_START = 1024

/** Changes to a text before it is kept or compared; the same when recording and playing. */
export interface TextOptions {
  /** Makes volatile parts of a statement the same on every run. Default: leaves it as it is. */
  readonly normalize?: (sql: string) => string
  /** Takes further secrets out of statements and replies, after the built-in redaction. */
  readonly redact?: (text: string) => string
  /** Client-side texts such as a temporary directory, and their stand-ins on the tape. */
  readonly replace?: Readonly<Record<string, string>>
}

/** Turns texts into the form that a tape may keep, and back where the client needs its own. */
export class TapeText {
  readonly #options: TextOptions
  readonly #replacements: readonly (readonly [string, string])[]

  constructor(options: TextOptions) {
    this.#options = options
    // Longest first: a directory must not hide the file that lies in it.
    this.#replacements = Object.entries(options.replace ?? {})
      .filter(([text]) => text !== '')
      .toSorted(([a], [b]) => b.length - a.length)
  }

  /** A statement as the tape keeps it. Very long ones keep their start, their length and a hash. */
  statement(sql: string): string {
    const text = this.#redacted(this.#options.normalize?.(sql) ?? sql, redactStatement)
    if (text.length <= LONGEST_TEXT) return text
    const hash = createHash('sha256').update(text).digest('hex')
    return `${text.slice(0, KEPT_START)} … [${text.length} characters, sha256 ${hash}]`
  }

  text(text: string): string {
    return this.#redacted(text, redactText)
  }

  #redacted(text: string, redact: (text: string) => string): string {
    let kept = text
    for (const [own, placeholder] of this.#replacements) kept = kept.replaceAll(own, placeholder)
    kept = redact(kept)
    return this.#options.redact?.(kept) ?? kept
  }

  /** The client's own text again, for the file name that the server asks for. */
  restore(text: string): string {
    let restored = text
    for (const [own, placeholder] of this.#replacements) {
      restored = restored.replaceAll(placeholder, own)
    }
    return restored
  }

  /** @param sql the statement that the values belong to */
  parameters(values: TapeStatement['parameters'], sql: string): TapeStatement['parameters'] {
    const isSecret = carriesCredentials(sql)
    return values?.map((value) =>
      typeof value !== 'string' ? value : isSecret ? '***' : this.statement(value),
    )
  }

  /** @param sql the statement that it answers, whose secrets it may repeat */
  packet(packet: TapePacket, sql = ''): TapePacket {
    if (isRow(packet)) return packet.map((value) => this.#value(value))
    if ('ok' in packet) {
      const { info } = packet.ok
      return info === undefined ? packet : { ok: { ...packet.ok, info: this.text(info) } }
    }
    if ('error' in packet) {
      return { ...packet, message: this.text(redactReply(packet.message, sql)) }
    }
    if ('infile' in packet) return { infile: this.text(packet.infile) }
    if ('packet' in packet) {
      const bytes = Buffer.from(packet.packet, 'base64')
      return { packet: redactBytes(bytes).toString('base64') }
    }
    return 'column' in packet ? this.#column(packet) : packet
  }

  #column(column: TapeColumn): TapeColumn {
    const { original } = column
    return {
      ...column,
      column: this.text(column.column),
      ...(original === undefined ? {} : { original: this.text(original) }),
    }
  }

  #value(value: TapeValue): TapeValue {
    if (typeof value === 'string') return this.text(value)
    if (value === null || 'repeat' in value) return value
    return { base64: redactBytes(Buffer.from(value.base64, 'base64')).toString('base64') }
  }
}

function isRow(packet: TapePacket): packet is readonly TapeValue[] {
  return Array.isArray(packet)
}
