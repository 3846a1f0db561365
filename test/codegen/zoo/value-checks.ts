/**
 * Says whether run-time values are what a generated file declares. The file's types are resolved by
 * TypeScript itself, `Selectable` and all, so nothing of the emission is trusted.
 */
import { ts } from 'ts-morph'
import { withFiles } from '../emit/typescript/compile.js'

/** Whether a value read from the column is of its declared type. */
export interface ValueCheck {
  /** The type as TypeScript writes it. */
  readonly type: string
  readonly accepts: (value: unknown) => boolean
}

/** The checks of every column, by table and column. */
export function valueChecks(
  generated: string,
): ReadonlyMap<string, ReadonlyMap<string, ValueCheck>> {
  const selected = `${generated}
import type { Selectable } from 'kysely'
export type Rows = { [Table in keyof DB & string]: Selectable<DB[Table]> }
`
  return withFiles([selected], ([file], program) => {
    const checker = program.getTypeChecker()
    const rows = file?.statements.find(
      (node) => ts.isTypeAliasDeclaration(node) && node.name.text === 'Rows',
    )
    if (rows === undefined) throw new Error('the generated file was not compiled')
    const members = (type: ts.Type): ReadonlyMap<string, ts.Type> =>
      new Map(type.getProperties().map((one) => [one.name, checker.getTypeOfSymbol(one)]))
    return new Map(
      [...members(checker.getTypeAtLocation(rows))].map(([table, row]) => [
        table,
        new Map(
          [...members(row)].map(([column, type]) => [
            column,
            {
              type: checker.typeToString(type),
              accepts: (value) => accepts(type, value, checker),
            },
          ]),
        ),
      ]),
    )
  })
}

const classes: Readonly<Record<string, new (...parameters: never[]) => unknown>> = {
  Date,
  Buffer,
  Float32Array,
  Float64Array,
}

function accepts(type: ts.Type, value: unknown, checker: ts.TypeChecker): boolean {
  const { flags } = type
  if (type.isUnion()) return type.types.some((one) => accepts(one, value, checker))
  if (flags & ts.TypeFlags.Null) return value === null
  if (type.isStringLiteral()) return value === type.value
  if (flags & ts.TypeFlags.BooleanLiteral) {
    return value === (checker.typeToString(type) === 'true')
  }
  if (flags & ts.TypeFlags.String) return typeof value === 'string'
  if (flags & ts.TypeFlags.Number) return typeof value === 'number'
  if (flags & ts.TypeFlags.BigInt) return typeof value === 'bigint'
  if (!(flags & ts.TypeFlags.Object)) return false
  const constructor = classes[type.symbol.name]
  if (constructor !== undefined) return value instanceof constructor
  if (checker.isArrayType(type)) {
    const [element] = checker.getTypeArguments(type as ts.TypeReference)
    return (
      Array.isArray(value) &&
      element !== undefined &&
      value.every((one) => accepts(element, one, checker))
    )
  }
  const member = type.getStringIndexType()
  return (
    member !== undefined &&
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every((one) => accepts(member, one, checker))
  )
}
