import { propertyKey } from './identifiers.js'

/** A column in the types: its name and type there, and the lines of its hover text. */
export interface Member {
  readonly name: string
  readonly type: string
  readonly lines: readonly string[]
}

/** Writes the interface of a table. */
export function writeInterface(
  name: string,
  lines: readonly string[],
  members: readonly Member[],
): string {
  const body = members.map((member) => {
    const type = member.type.includes('\n') ? member.type.replaceAll('\n', '\n  ') : member.type
    const space = type.startsWith('\n') ? '' : ' '
    return `${writeDoc(member.lines, '  ')}  ${propertyKey(member.name)}:${space}${type}\n`
  })
  return `${writeDoc(lines, '')}export interface ${name} {\n${body.join('')}}`
}

/** Writes a comment with the line break behind it; nothing without lines. */
export function writeDoc(lines: readonly string[], indent: string): string {
  if (lines.length === 0) return ''
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  const body = lines.map((line) => `${indent} * ${line}`.trimEnd())
  return `${indent}/**\n${body.join('\n')}\n${indent} */\n`
}
