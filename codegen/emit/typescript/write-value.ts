/** Writes plain data as a TypeScript literal: on one line where it fits, else a member per line. */
import { propertyKey, stringLiteral } from './identifiers.js'

const WIDTH = 100

/** Strings, whole numbers, and lists and objects of them. */
type Data = string | number | readonly Data[] | object

/** A member of an object literal with its comma, indented by that many columns. */
export function writeMember(name: string, value: Data, indent: number): string {
  const key = memberKey(name)
  return `${' '.repeat(indent)}${key}: ${place(value, indent, key.length + 2)},`
}

/** @param used columns of the first line that stand in front of the value */
function place(value: Data, indent: number, used: number): string {
  const line = lineOf(value, WIDTH - indent - used)
  if (line !== undefined || typeof value !== 'object') return line ?? ''
  const closing = ' '.repeat(indent)
  if (isList(value)) {
    const lines = value.map((item) => `${closing}  ${place(item, indent + 2, 0)},\n`)
    return `[\n${lines.join('')}${closing}]`
  }
  const lines = Object.entries(value).map(
    ([name, member]) => `${writeMember(name, member as Data, indent + 2)}\n`,
  )
  return `{\n${lines.join('')}${closing}}`
}

/** The value on one line; undefined where it can be broken and is not shorter than `width`. */
function lineOf(value: Data, width: number): string | undefined {
  if (typeof value === 'string') return stringLiteral(value)
  if (typeof value === 'number') return String(value)
  const inside = isList(value)
    ? join(value, (item) => lineOf(item, width), width)
    : join(Object.entries(value), (member) => memberLine(member, width), width)
  if (inside === undefined) return undefined
  const line = isList(value) ? `[${inside}]` : inside === '' ? '{}' : `{ ${inside} }`
  return line.length < width ? line : undefined
}

function memberLine([name, value]: [string, Data], width: number): string | undefined {
  const line = lineOf(value, width)
  return line === undefined ? undefined : `${memberKey(name)}: ${line}`
}

/** Stops at the first item for which there is no room. */
function join<Item>(
  items: readonly Item[],
  write: (item: Item) => string | undefined,
  width: number,
): string | undefined {
  let text = ''
  for (const item of items) {
    const part = write(item)
    if (part === undefined || text.length + part.length >= width) return undefined
    text += text === '' ? part : `, ${part}`
  }
  return text
}

function isList(value: object): value is readonly Data[] {
  return Array.isArray(value)
}

/** `__proto__: …` would set the prototype, quoted or not; a computed name makes a member of it. */
function memberKey(name: string): string {
  return name === '__proto__' ? "['__proto__']" : propertyKey(name)
}
