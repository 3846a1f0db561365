/**
 * CHECK constraints stand in no catalog table, and SHOW CREATE TABLE would take a statement a table.
 * `mo_tables.extra_info` has them, as field 18 of a protobuf message (4.2.0; older servers ignore
 * CHECK and have no such field): 1 the name, 2 the compiled expression, 3 its SQL text.
 */
import { sortedBy } from '../../schema/code-points.js'
import type { CheckModel } from '../../schema/schema-model.js'
import { identityOf } from '../../schema/sort-model.js'

const CHECKS = 18
const NAME = 1
const TEXT = 3

/** The name that a constraint without one gets. */
export const inventedCheckName = /^__mo_chk_\d+$/

const utf8 = new TextDecoder()

/**
 * Reads the constraints from `hex(extra_info)`; none when the bytes are something else.
 */
export function decodeChecks(extraInfo: string): readonly CheckModel[] {
  // Most tables have some ten bytes, and no constraint fits into them.
  if (extraInfo.length < 64) return []
  const checks: CheckModel[] = []
  for (const field of fieldsOf(Buffer.from(extraInfo, 'hex'))) {
    if (field.number === CHECKS && field.bytes !== null) checks.push(decodeCheck(field.bytes))
  }
  return Object.freeze(sortedBy(checks, identityOf))
}

function decodeCheck(message: Uint8Array): CheckModel {
  let [name, expression] = ['', '']
  for (const { number, bytes } of fieldsOf(message)) {
    if (number === NAME && bytes !== null) name = utf8.decode(bytes)
    if (number === TEXT && bytes !== null) expression = utf8.decode(bytes)
  }
  return Object.freeze({ ...(!inventedCheckName.test(name) && { name }), expression })
}

interface Field {
  readonly number: number
  /** Null for a number. */
  readonly bytes: Uint8Array | null
}

/** The fields of a protobuf message, up to the first byte that is not understood. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0
  const readVarint = (): number => {
    let value = 0
    for (let shift = 1; at < message.length; shift *= 128) {
      const byte = message[at++] ?? 0
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
    return Number.NaN
  }
  while (at < message.length) {
    const tag = readVarint()
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0:
        readVarint()
        yield { number, bytes: null }
        break
      case 1:
      case 5:
        at += tag % 8 === 1 ? 8 : 4
        yield { number, bytes: null }
        break
      case 2: {
        const end = readVarint() + at
        if (!(end <= message.length)) return
        yield { number, bytes: message.subarray(at, end) }
        at = end
        break
      }
      default:
        return
    }
  }
}
