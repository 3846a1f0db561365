import { shapeOf } from '../column-shape.js'
import type { ColumnModel } from '../schema-model.js'

/** Whether an INSERT that leaves the column out stores the same, however the default is written. */
export function isSameDefault(expected: ColumnModel, actual: ColumnModel): boolean {
  return meaningOf(expected) === meaningOf(actual)
}

/** `'0'`, `(0)`, `0.0` are one default of a number; `now()` is `current_timestamp()`. */
function meaningOf(column: ColumnModel): string | undefined {
  const { default: text } = column
  if (text === undefined) return undefined
  const bare = /^\((.*)\)$/s.exec(text)?.[1] ?? text
  const { name } = shapeOf(column.type)
  if (name === 'number' || name === 'BigInteger' || name === 'Decimal') {
    const digits = /^'?([+-]?)0*(\d*)(?:\.(\d*?)0*)?'?$/.exec(bare)
    if (digits !== null) {
      const [, sign = '', whole = '', fraction = ''] = digits
      return `${sign === '-' ? '-' : ''}${whole || '0'}.${fraction}`
    }
  }
  if (name === 'boolean') return ({ true: '1', false: '0' } as const)[bare.toLowerCase()] ?? bare
  return /^now\(\d*\)$/i.test(bare) ? bare.toLowerCase().replace('now', 'current_timestamp') : bare
}
