import { PayloadReader } from './payload-reader.js'
import { PayloadWriter } from './payload-writer.js'

/** SERVER_MORE_RESULTS_EXISTS: another result follows this one. */
export const MORE_RESULTS = 0x8

export interface OkPacket {
  readonly affectedRows: bigint
  readonly insertId: bigint
  readonly status: number
  readonly warnings: number
  readonly info: Buffer
}

export function readOk(payload: Buffer): OkPacket {
  const reader = new PayloadReader(payload, 1)
  return {
    affectedRows: reader.lenencInteger() ?? 0n,
    insertId: reader.lenencInteger() ?? 0n,
    status: reader.integer(2),
    warnings: reader.integer(2),
    info: reader.rest(),
  }
}

export function writeOk(ok: OkPacket): Buffer {
  return new PayloadWriter()
    .integer(0, 1)
    .lenencInteger(ok.affectedRows)
    .lenencInteger(ok.insertId)
    .integer(ok.status, 2)
    .integer(ok.warnings, 2)
    .bytes(ok.info)
    .build()
}

export interface ErrorPacket {
  readonly errno: number
  readonly sqlState: string
  readonly message: Buffer
}

export function readError(payload: Buffer): ErrorPacket {
  const reader = new PayloadReader(payload, 1)
  const errno = reader.integer(2)
  const sqlState = payload[3] === 0x23 ? reader.bytes(6).subarray(1).toString('latin1') : ''
  return { errno, sqlState, message: reader.rest() }
}

export function writeError(error: ErrorPacket): Buffer {
  const writer = new PayloadWriter().integer(0xff, 1).integer(error.errno, 2)
  if (error.sqlState !== '') writer.bytes(Buffer.from(`#${error.sqlState}`, 'latin1'))
  return writer.bytes(error.message).build()
}

/** Whether a packet ends columns or rows; a row may start with 0xfe too, but is longer then. */
export function isEof(payload: Buffer): boolean {
  return payload[0] === 0xfe && payload.length < 9
}

export function isError(payload: Buffer): boolean {
  return payload[0] === 0xff
}

export interface EofPacket {
  readonly status: number
  readonly warnings: number
}

export function readEof(payload: Buffer): EofPacket {
  const reader = new PayloadReader(payload, 1)
  return reader.ended
    ? { status: 0, warnings: 0 }
    : { warnings: reader.integer(2), status: reader.integer(2) }
}

export function writeEof(eof: EofPacket): Buffer {
  return new PayloadWriter()
    .integer(0xfe, 1)
    .integer(eof.warnings, 2)
    .integer(eof.status, 2)
    .build()
}

export interface PreparedPacket {
  readonly statementId: number
  readonly columns: number
  readonly parameters: number
  readonly warnings: number
}

export function readPrepared(payload: Buffer): PreparedPacket {
  const reader = new PayloadReader(payload, 1)
  const statementId = reader.integer(4)
  const columns = reader.integer(2)
  const parameters = reader.integer(2)
  reader.bytes(1)
  return { statementId, columns, parameters, warnings: reader.integer(2) }
}

export function writePrepared(prepared: PreparedPacket): Buffer {
  return new PayloadWriter()
    .integer(0, 1)
    .integer(prepared.statementId, 4)
    .integer(prepared.columns, 2)
    .integer(prepared.parameters, 2)
    .integer(0, 1)
    .integer(prepared.warnings, 2)
    .build()
}
