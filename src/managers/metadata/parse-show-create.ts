/**
 * Columns and keys from the text of SHOW CREATE TABLE, the only source for a subscribed table. The
 * text is not SQL that can be trusted to run again (4.2.0): backslashes are dropped, quotes in a
 * default are doubled once too often, and quotes are never escaped in any other way.
 */
import type { Draft } from '../../schema/draft.js'
import type {
  CheckModel,
  ColumnModel,
  ColumnTypeModel,
  PartitionsModel,
} from '../../schema/schema-model.js'
import { decodeDefault } from './decode-columns.js'
import { memberType } from './decode-type.js'
import { isInsertOptional } from './insert-optional.js'
import { parseClusterBy, parseShownChecks, parseShownPartitions } from './parse-shown-storage.js'
import { splitOutside } from './split-outside.js'
import { parseDeclaredType } from './parse-declared-type.js'
import { type ShownKeys, parseShownKeys } from './parse-shown-keys.js'

/** One table, as the text describes it. */
export interface ShownTable {
  readonly columns: readonly ColumnModel[]
  readonly keys: ShownKeys
  readonly kind: 'table' | 'external'
  readonly comment: string
  readonly checks: readonly CheckModel[]
  readonly partitions: PartitionsModel | null
  readonly clusterBy: readonly string[]
}

/** Words that end a column's type. */
const afterType = new Set([
  'NOT',
  'NULL',
  'DEFAULT',
  'AUTO_INCREMENT',
  'COMMENT',
  'GENERATED',
  'ON',
])

/** Reads one `CREATE TABLE` text. */
export function parseShowCreate(text: string, database: string, table: string): ShownTable {
  const { items, rest } = splitItems(text)
  const columns = items.filter((item) => item.startsWith('`')).map(readColumn)
  const keys = items.filter((item) => !item.startsWith('`'))
  return {
    columns: Object.freeze(columns),
    keys: parseShownKeys(keys, database, table),
    kind: /^CREATE EXTERNAL /i.test(text) ? 'external' : 'table',
    comment: (/COMMENT='((?:[^']|'')*)'/.exec(rest)?.[1] ?? '').replaceAll("''", "'"),
    checks: parseShownChecks(keys),
    partitions: parseShownPartitions(rest),
    clusterBy: parseClusterBy(rest),
  }
}

/** The comma-separated items between the outermost brackets, and what follows them. */
function splitItems(text: string): { readonly items: readonly string[]; readonly rest: string } {
  const open = text.indexOf('(', text.lastIndexOf('`', text.indexOf('\n')))
  let depth = 0
  let quote = ''
  for (let index = open; index < text.length && open >= 0; index++) {
    const character = text.charAt(index)
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === "'" || character === '`') quote = character
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) {
      return { items: splitOutside(text.slice(open + 1, index), ','), rest: text.slice(index + 1) }
    }
  }
  return { items: [], rest: '' }
}

function readColumn(item: string): ColumnModel {
  const [name = '', ...words] = splitOutside(item, ' ')
  const keywordAt = words.findIndex((word) => afterType.has(word))
  const type = words.slice(0, keywordAt < 0 ? words.length : keywordAt).join(' ')
  const options = keywordAt < 0 ? [] : words.slice(keywordAt)
  const after = (...keywords: readonly string[]): string | null => {
    const at = options.findIndex((_, start) =>
      keywords.every((word, i) => options[start + i] === word),
    )
    return at < 0 ? null : (options[at + keywords.length] ?? null)
  }
  const column: Draft<ColumnModel> = {
    name: unquote(name, '`'),
    type: undoubleMembers(parseDeclaredType(type)),
  }
  if (after('NOT') !== 'NULL') column.nullable = true
  if (options.includes('AUTO_INCREMENT')) column.autoIncrement = true
  const fallback = decodeDefault(after('DEFAULT'))
  if (fallback !== null) column.default = undoubleDefault(fallback)
  const onUpdate = after('ON', 'UPDATE')
  if (onUpdate !== null) column.onUpdate = onUpdate
  const expression = after('GENERATED', 'ALWAYS', 'AS')
  if (expression !== null) {
    const kind = options.includes('STORED') ? 'stored' : 'virtual'
    column.generated = Object.freeze({ expression: expression.slice(1, -1), kind })
  }
  if (isInsertOptional(column, column.nullable === true || fallback !== null)) {
    column.insertOptional = true
  }
  const comment = unquote(after('COMMENT') ?? "''", "'")
  if (comment !== '') column.comment = comment
  return Object.freeze(column)
}

/** Members are printed with their quotes doubled here, and nowhere else (4.2.0). */
function undoubleMembers(type: ColumnTypeModel): ColumnTypeModel {
  if (type.members === undefined) return type
  const members = type.members.map((member) => member.replaceAll("''", "'"))
  return memberType(type.name === 'enum' ? 'enum' : 'set', Object.freeze(members))
}

/** `'it''''s'` is how `'it''s'` is printed. */
function undoubleDefault(text: string): string {
  return /^'[^]*'$/.test(text) ? `'${text.slice(1, -1).replaceAll("''", "'")}'` : text
}

function unquote(text: string, quote: string): string {
  return text.slice(1, -1).replaceAll(quote + quote, quote)
}
