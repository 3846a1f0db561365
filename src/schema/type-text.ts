import type { ColumnTypeModel } from './schema-model.js'

/**
 * A column's type as SQL, the way `CREATE TABLE` takes it: `int unsigned`, `varchar(20)`,
 * `vecf32(768)`, `enum('a','b')`, `datetime(6)`. Findings, hover texts and new tables all write
 * types through it.
 */
export function typeText(type: ColumnTypeModel): string {
  const { name, unsigned, members, vector, arrayOf, length, precision, scale, srid } = type
  const inside =
    members?.map(quoted).join(',') ??
    vector?.dimension ??
    arrayOf ??
    length ??
    (precision === undefined ? scale || undefined : `${precision},${scale ?? 0}`)
  const brackets = inside === undefined ? '' : `(${inside})`
  const reference = srid === undefined ? '' : ` srid ${srid}`
  return `${name}${brackets}${unsigned ? ' unsigned' : ''}${reference}`
}

const escapes: Readonly<Record<string, string>> = { "'": "''", '\\': '\\\\', '\0': '\\0' }

function quoted(member: string): string {
  return `'${member.replace(/['\\\0]/g, (character) => escapes[character] ?? character)}'`
}
