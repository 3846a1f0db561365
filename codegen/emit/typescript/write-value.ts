/** Writes plain data as a TypeScript literal: on one line where it fits, else a member per line. */
import { propertyKey, stringLiteral } from './identifiers.js'

const WIDTH = 100

/** Strings, whole numbers, and lists and objects of them. */
type Data = string | number | readonly Data[] | object

/** A member of an object literal with its comma, indented by that many columns. */
export function writeMember(name: string, value: Data, indent: number): string {
  const key = `${memberKey(name)}: `
  return `${' '.repeat(indent)}${key}${writeData(value, indent, key.length)},`
}

/** @param used columns of the first line that stand in front of the value */
function writeData(value: Data, indent: number, used: number): string {
  const line = onOneLine(value)
  if (typeof value !== 'object' || indent + used + line.length < WIDTH) return line
  const closing = ' '.repeat(indent)
  if (isList(value)) {
    const items = value.map((item) => `${closing}  ${writeData(item, indent + 2, 0)},\n`)
    return `[\n${items.join('')}${closing}]`
  }
  const members = Object.entries(value).map(
    ([name, member]) => `${writeMember(name, member as Data, indent + 2)}\n`,
  )
  return `{\n${members.join('')}${closing}}`
}

function onOneLine(value: Data): string {
  if (typeof value === 'string') return stringLiteral(value)
  if (typeof value === 'number') return String(value)
  if (isList(value)) return `[${value.map(onOneLine).join(', ')}]`
  const members = Object.entries(value).map(
    ([name, member]) => `${memberKey(name)}: ${onOneLine(member as Data)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function isList(value: object): value is readonly Data[] {
  return Array.isArray(value)
}

/** `__proto__: …` would set the prototype, quoted or not; a computed name makes a member of it. */
function memberKey(name: string): string {
  return name === '__proto__' ? "['__proto__']" : propertyKey(name)
}
