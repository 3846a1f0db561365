import { readColumn, writeColumn } from '../wire/column-packet.js'
import {
  readEof,
  readError,
  readOk,
  readPrepared,
  writeEof,
  writeError,
  writeOk,
  writePrepared,
} from '../wire/packets.js'
import { PayloadReader } from '../wire/payload-reader.js'
import { PayloadWriter } from '../wire/payload-writer.js'
import type { PacketRole } from '../wire/reply-progress.js'
import type { TapeColumn, TapePacket } from './tape.js'
import { readTapeValue, writeTapeValue } from './tape-values.js'

const AUTOCOMMIT = 2

/** Shows a packet in words where they give back every byte, in base64 otherwise. */
export function toTapePacket(payload: Buffer, role: PacketRole): TapePacket {
  try {
    const shown = show(payload, role)
    if (shown !== undefined && fromTapePacket(shown).equals(payload)) return shown
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return { packet: payload.toString('base64') }
}

/** The bytes of a packet on a tape; a prepared statement has the id 0. */
export function fromTapePacket(packet: TapePacket): Buffer {
  if (isRow(packet)) {
    const writer = new PayloadWriter()
    for (const value of packet) writer.lenencBytes(readTapeValue(value))
    return writer.build()
  }
  if ('ok' in packet) {
    const {
      affectedRows = 0,
      insertId = 0,
      status = AUTOCOMMIT,
      warnings = 0,
      info = '',
    } = packet.ok
    return writeOk({
      affectedRows: BigInt(affectedRows),
      insertId: BigInt(insertId),
      status,
      warnings,
      info: Buffer.from(info, 'utf8'),
    })
  }
  if ('error' in packet) {
    const { error: errno, state: sqlState = 'HY000', message } = packet
    return writeError({ errno, sqlState, message: Buffer.from(message, 'utf8') })
  }
  if ('eof' in packet) return writeEof({ status: packet.eof, warnings: packet.warnings ?? 0 })
  if ('columns' in packet) {
    return new PayloadWriter().lenencInteger(BigInt(packet.columns)).build()
  }
  if ('prepared' in packet) {
    return writePrepared({ statementId: 0, warnings: 0, ...packet.prepared })
  }
  if ('infile' in packet) return new PayloadWriter().integer(0xfb, 1).text(packet.infile).build()
  if ('packet' in packet) return Buffer.from(packet.packet, 'base64')
  return fromTapeColumn(packet)
}

function isRow(packet: TapePacket): packet is Extract<TapePacket, readonly unknown[]> {
  return Array.isArray(packet)
}

function show(payload: Buffer, role: PacketRole): TapePacket | undefined {
  switch (role) {
    case 'ok': {
      const { affectedRows, insertId, status, warnings, info } = readOk(payload)
      return {
        ok: {
          ...(affectedRows === 0n ? {} : { affectedRows: showInteger(affectedRows) }),
          ...(insertId === 0n ? {} : { insertId: showInteger(insertId) }),
          ...(status === AUTOCOMMIT ? {} : { status }),
          ...(warnings === 0 ? {} : { warnings }),
          ...(info.length === 0 ? {} : { info: info.toString('utf8') }),
        },
      }
    }
    case 'error': {
      const { errno, sqlState, message } = readError(payload)
      const state = sqlState === 'HY000' ? {} : { state: sqlState }
      return { error: errno, ...state, message: message.toString('utf8') }
    }
    case 'eof': {
      const { status, warnings } = readEof(payload)
      return { eof: status, ...(warnings === 0 ? {} : { warnings }) }
    }
    case 'header':
      return { columns: Number(new PayloadReader(payload).lenencInteger()) }
    case 'column':
      return toTapeColumn(payload)
    case 'prepared': {
      const { columns, parameters } = readPrepared(payload)
      return { prepared: { columns, parameters } }
    }
    case 'infile':
      return { infile: payload.toString('utf8', 1) }
    case 'textRow': {
      const reader = new PayloadReader(payload)
      const values = []
      while (!reader.ended) values.push(writeTapeValue(reader.lenencBytes()))
      return values
    }
    case 'binaryRow':
    case 'other':
      return undefined
  }
}

function showInteger(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value)
}

function toTapeColumn(payload: Buffer): TapeColumn {
  const column = readColumn(payload)
  const { name, originalName, table, originalTable, schema } = column
  return {
    column: name,
    ...(originalName === name ? {} : { original: originalName }),
    ...(table === '' ? {} : { table }),
    ...(originalTable === table ? {} : { originalTable }),
    ...(schema === '' ? {} : { schema }),
    type: column.type,
    ...(column.charset === 0 ? {} : { charset: column.charset }),
    ...(column.length === 0 ? {} : { length: column.length }),
    ...(column.flags === 0 ? {} : { flags: column.flags }),
    ...(column.decimals === 0 ? {} : { decimals: column.decimals }),
  }
}

function fromTapeColumn(column: TapeColumn): Buffer {
  const { column: name, table = '' } = column
  return writeColumn({
    catalog: 'def',
    schema: column.schema ?? '',
    table,
    originalTable: column.originalTable ?? table,
    name,
    originalName: column.original ?? name,
    charset: column.charset ?? 0,
    length: column.length ?? 0,
    type: column.type,
    flags: column.flags ?? 0,
    decimals: column.decimals ?? 0,
  })
}
