/** Writes plain data as a TypeScript literal: on one line where it fits, else a member per line. */
import { propertyKey, stringLiteral } from './identifiers.js'

const WIDTH = 100

/** Strings, whole numbers, and lists and objects of them. */
type Data = string | number | readonly Data[] | object

/** A member of an object literal with its comma, indented by that many columns. */
export function writeMember(name: string, value: Data, indent: number): string {
  return placeMember({ key: memberKey(name), value: lineOf(value) }, indent)
}

/** Data written on one line, with the members that can be written on lines of their own. */
interface Written {
  readonly line: string
  readonly items?: readonly Written[]
  readonly members?: readonly WrittenMember[]
}

interface WrittenMember {
  readonly key: string
  readonly value: Written
}

function lineOf(value: Data): Written {
  if (typeof value === 'string') return { line: stringLiteral(value) }
  if (typeof value === 'number') return { line: String(value) }
  if (isList(value)) {
    const items = value.map(lineOf)
    return { line: `[${items.map(({ line }) => line).join(', ')}]`, items }
  }
  const members = Object.entries(value).map(([name, member]) => ({
    key: memberKey(name),
    value: lineOf(member as Data),
  }))
  if (members.length === 0) return { line: '{}' }
  const inside = members.map(({ key, value: { line } }) => `${key}: ${line}`).join(', ')
  return { line: `{ ${inside} }`, members }
}

function placeMember({ key, value }: WrittenMember, indent: number): string {
  return `${' '.repeat(indent)}${key}: ${place(value, indent, key.length + 2)},`
}

/** @param used columns of the first line that stand in front of the value */
function place({ line, items, members }: Written, indent: number, used: number): string {
  if (indent + used + line.length < WIDTH) return line
  const closing = ' '.repeat(indent)
  if (items !== undefined) {
    const lines = items.map((item) => `${closing}  ${place(item, indent + 2, 0)},\n`)
    return `[\n${lines.join('')}${closing}]`
  }
  if (members === undefined) return line
  const lines = members.map((member) => `${placeMember(member, indent + 2)}\n`)
  return `{\n${lines.join('')}${closing}}`
}

function isList(value: object): value is readonly Data[] {
  return Array.isArray(value)
}

/** `__proto__: …` would set the prototype, quoted or not; a computed name makes a member of it. */
function memberKey(name: string): string {
  return name === '__proto__' ? "['__proto__']" : propertyKey(name)
}
