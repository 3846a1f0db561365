import { PayloadReader } from './payload-reader.js'

/** A bound value as a tape shows it; binary data is written in base64. */
export type ParameterValue = string | number | null | { readonly base64: string }

const TYPE_NULL = 6

/** Reads the bound values of a COM_STMT_EXECUTE; `types` are those of the last execute. */
export function readParameters(
  payload: Buffer,
  count: number,
  types: Buffer,
  longData: ReadonlyMap<number, Buffer>,
): { readonly values: ParameterValue[]; readonly types: Buffer } {
  try {
    const reader = new PayloadReader(payload, 10)
    const nulls = reader.bytes(Math.floor((count + 7) / 8))
    const bound = reader.integer(1) === 1 ? reader.bytes(count * 2) : types
    const values = Array.from({ length: count }, (_, index): ParameterValue => {
      const long = longData.get(index)
      if (long !== undefined) return showBytes(long)
      if (((nulls[index >> 3] ?? 0) >> (index & 7)) & 1) return null
      const unsigned = ((bound[index * 2 + 1] ?? 0) & 0x80) !== 0
      return readValue(reader, bound[index * 2] ?? TYPE_NULL, unsigned)
    })
    return { values, types: bound }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { values: [{ base64: payload.subarray(10).toString('base64') }], types }
  }
}

function readValue(reader: PayloadReader, type: number, unsigned: boolean): ParameterValue {
  switch (type) {
    case 1:
      return unsigned ? reader.bytes(1).readUInt8() : reader.bytes(1).readInt8()
    case 2:
    case 13:
      return unsigned ? reader.bytes(2).readUInt16LE() : reader.bytes(2).readInt16LE()
    case 3:
    case 9:
      return unsigned ? reader.bytes(4).readUInt32LE() : reader.bytes(4).readInt32LE()
    case 4:
      return showNumber(reader.bytes(4).readFloatLE())
    case 5:
      return showNumber(reader.bytes(8).readDoubleLE())
    case TYPE_NULL:
      return null
    case 8: {
      const bytes = reader.bytes(8)
      return String(unsigned ? bytes.readBigUInt64LE() : bytes.readBigInt64LE())
    }
    case 7:
    case 10:
    case 11:
    case 12:
      return { base64: reader.bytes(reader.integer(1)).toString('base64') }
    default: {
      const bytes = reader.lenencBytes()
      return bytes === null ? null : showBytes(bytes)
    }
  }
}

/** JSON has no NaN, no infinities and no -0. */
function showNumber(value: number): ParameterValue {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : `${value}`
}

function showBytes(bytes: Buffer): ParameterValue {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : { base64: bytes.toString('base64') }
}
