/**
 * Where tables and columns stand in a generated file, for reports that point at a line. The text may
 * have been laid out by a formatter, so it is read line by line instead of being written again.
 */
import type { Place } from 'kysely-matrixone/schema'
import { type CamelCaseOptions, nameMapper } from '../emit/typescript/camel-case.js'

/** A generated file: its name in messages, and its text. */
export interface ReadFile {
  readonly shown: string
  readonly text: string
}

/** A place in a file, line and column counted from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

interface Interface {
  readonly position: Position
  readonly members: Map<string, Member>
}

interface Member {
  readonly position: Position
  /** The text behind its colon. */
  readonly type: string
}

/** The members of the generated file, or of the files of a layout with several. */
export class MemberPositions {
  readonly #interfaces: ReadonlyMap<string, Interface>
  readonly #nameOf: (name: string) => string

  /**
   * @param files as they are on the disk
   * @param camelCase the option that it was generated with
   */
  constructor(files: readonly ReadFile[], camelCase: boolean | CamelCaseOptions = false) {
    this.#interfaces = new Map(files.flatMap((file) => [...readInterfaces(file)]))
    this.#nameOf = nameMapper(camelCase)
  }

  /**
   * Finds the line of a column; that of its table when the file does not have the column, and that of
   * `DB` when it does not have the table.
   */
  find({ database, table, column }: Place): Position | undefined {
    const all = this.#interfaces.get('DB')
    if (all === undefined || table === undefined) return all?.position
    const name = this.#nameOf(table)
    const key = database === undefined ? name : `${this.#nameOf(database)}.${name}`
    const entry = all.members.get(key)
    if (entry === undefined) return all.position
    const found = this.#interfaces.get(entry.type)
    return (
      found?.members.get(this.#nameOf(column ?? ''))?.position ?? found?.position ?? entry.position
    )
  }
}

const opening = /^(\s*export interface )(\S+) \{/
const member =
  /^(\s+)(?:readonly )?([\w$]+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\??:\s*(.*?)[;,]?\s*$/

function readInterfaces({ shown: file, text }: ReadFile): ReadonlyMap<string, Interface> {
  const interfaces = new Map<string, Interface>()
  let current: { readonly members: Map<string, Member>; indent?: string } | undefined
  for (const [at, line] of text.split('\n').entries()) {
    const opened = opening.exec(line)
    if (opened !== null) {
      const [, before = '', name = ''] = opened
      current = { members: new Map() }
      const position = { file, line: at + 1, column: before.length + 1 }
      interfaces.set(name, { position, members: current.members })
      continue
    }
    if (line.startsWith('}')) current = undefined
    const found = current && member.exec(line)
    if (!current || !found) continue
    const [, indent = '', key = '', type = ''] = found
    // Deeper ones are members of a member.
    current.indent ??= indent
    if (indent !== current.indent) continue
    const position = { file, line: at + 1, column: indent.length + 1 }
    current.members.set(decodeKey(key), { position, type })
  }
  return interfaces
}

function decodeKey(key: string): string {
  if (!/^['"]/.test(key)) return key
  return key
    .slice(1, -1)
    .replaceAll(/\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|(.))/gi, (_, long, short, other) =>
      other === undefined
        ? String.fromCodePoint(Number.parseInt((long ?? short) as string, 16))
        : (shortEscapes[other as string] ?? (other as string)),
    )
}

const shortEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
