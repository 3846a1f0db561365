import type { ParameterValue } from '../wire/execute-parameters.js'

/** The version of the file format; a player refuses any other. */
export const TAPE_FORMAT = 'kysely-matrixone tape 1'

/** A text, or a shorter form of it. */
export type TapeValue =
  | string
  | null
  | { readonly base64: string }
  | { readonly repeat: string; readonly times: number }

/** A column definition; a field that is left out is empty, 0, or the same as the one before it. */
export interface TapeColumn {
  readonly column: string
  readonly original?: string
  readonly table?: string
  readonly originalTable?: string
  readonly schema?: string
  readonly type: number
  readonly charset?: number
  readonly length?: number
  readonly flags?: number
  readonly decimals?: number
}

/** One packet of a reply. A packet that these forms cannot give back byte for byte is in base64. */
export type TapePacket =
  | {
      readonly ok: {
        readonly affectedRows?: number | string
        readonly insertId?: number | string
        readonly status?: number
        readonly warnings?: number
        readonly info?: string
      }
    }
  | { readonly error: number; readonly state?: string; readonly message: string }
  | { readonly eof: number; readonly warnings?: number }
  | { readonly columns: number }
  | TapeColumn
  | { readonly prepared: { readonly columns: number; readonly parameters: number } }
  | { readonly infile: string }
  | { readonly packet: string }
  | readonly TapeValue[]

/** One command and its reply. */
export interface TapeStatement {
  /** The protocol's name of the command. */
  readonly command: string
  readonly text: string
  readonly parameters?: readonly ParameterValue[]
  readonly reply: readonly TapePacket[]
  /** The file that the client loaded with LOAD DATA LOCAL. */
  readonly loaded?: { readonly bytes: number; readonly sha256: string }
  /** `connection.statement`, from 1: the reply came only after that statement had been sent. */
  readonly after?: string
  /** The connections, from 1, that the server closed because of this statement. */
  readonly closes?: readonly number[]
  /** How the reply broke off: the server closed, or the client went away without waiting. */
  readonly broke?: 'fin' | 'rst' | 'client'
}

export interface TapeGreeting {
  readonly version: string
  readonly capabilities: number
  readonly charset: number
  readonly status: number
  readonly plugin: string
}

export interface TapeConnection {
  /** `connection_id()`, or the packet with which the server refused to greet. */
  readonly thread: number | TapePacket
  readonly user: string
  readonly database: string
  /** The outcome of the login; absent when the client left before. */
  readonly login?: TapePacket
  readonly statements: readonly TapeStatement[]
}

/** A recorded session of a client with a MatrixOne server. */
export interface Tape {
  readonly format: typeof TAPE_FORMAT
  /** The server's version, such as `8.0.30-MatrixOne-v4.2.0`. */
  readonly server: string
  /** The day of the recording, `YYYY-MM-DD`. */
  readonly recorded: string
  readonly greeting: TapeGreeting
  readonly connections: readonly TapeConnection[]
}
