/**
 * TRUNCATE, copying ALTERs, CREATE TABLE … LIKE, clones and branches make a table from the *printed*
 * definition of another one, or of itself, and answer OK. What the printing escapes wrongly is changed:
 * members of a SET turn to lower case; in members and comments backslashes are read as escapes; a quote or
 * a backtick in a default is doubled; an invisible index turns visible; a nullable auto_increment column
 * becomes NOT NULL (4.2.0). The managers report it in their results; this guard reads SQL of the program.
 */
import { endOfName } from '../sql/table-places.js'
import { splitStatements, type SqlToken, tokenize } from '../sql/tokenize.js'
import { type CatalogGuard, isColumnOf, isTable, readTableName, type TableName } from './catalog.js'
import { applyGuard, type GuardAction } from './guards.js'

/** A table that a statement makes anew, or makes another one of. */
interface Remake {
  readonly what: string
  readonly source: TableName
  /** Whether something else does the same without a change. */
  readonly instead: string | undefined
}

/** Refuses a TRUNCATE that would change its table; warns of other statements that change a definition. */
export function guardRemadeTable(text: string, action: GuardAction): readonly CatalogGuard[] {
  if (action === 'off') return []
  return splitStatements(tokenize(text)).flatMap((tokens) => {
    const remake = findRemake(tokens)
    if (remake === undefined) return []
    return [
      async (lookUp) => {
        const changes = (await lookUp(questionAbout(remake.source), 'fresh')).flatMap(expectChanges)
        if (changes.length === 0) return
        const isSafe = remake.instead !== undefined || action !== 'refuse'
        applyGuard('remadeTable', isSafe ? action : 'warn', () => explain(remake, changes))
      },
    ]
  })
}

function findRemake(tokens: readonly SqlToken[]): Remake | undefined {
  const words = tokens.map(({ word }) => word)
  const [first, second] = words
  const at = (index: number, what: string, instead?: string): Remake | undefined => {
    const source = index > 0 ? readTableName(tokens, index) : undefined
    return source === undefined ? undefined : { what, source, instead }
  }
  if (first === 'TRUNCATE') {
    return at(second === 'TABLE' ? 2 : 1, 'TRUNCATE makes the table', 'Use DELETE … WHERE TRUE.')
  }
  if (first === 'ALTER' && second === 'TABLE') {
    return isCopying(words) ? at(2, 'This ALTER makes the table') : undefined
  }
  const isBranch = words.slice(0, 4).join(' ') === 'DATA BRANCH CREATE TABLE'
  if (isBranch) return at(words.indexOf('FROM') + 1, 'DATA BRANCH makes the table')
  const table = words.indexOf('TABLE')
  if (first !== 'CREATE' || table < 1 || table > 2) return undefined
  const name = table + (words[table + 1] === 'IF' ? 4 : 1)
  const next = endOfName(tokens, name) + 1
  const like = tokens[next]?.text === '(' ? next + 1 : next
  const word = words[like] ?? ''
  if (word !== 'LIKE' && word !== 'CLONE') return undefined
  return at(like + 1, `CREATE TABLE … ${word} makes the table`)
}

/** Behind ADD and DROP: parts of a table that are made without a copy of it. */
const IN_PLACE = new Set(
  'INDEX KEY UNIQUE CONSTRAINT FOREIGN FULLTEXT SPATIAL PARTITION CHECK'.split(' '),
)

/** Tried one by one on 4.2.0: columns, the primary key and ORDER BY copy the table, all else does not. */
function isCopying(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const next = words[index + 1] ?? ''
    if (word === 'ADD' || word === 'DROP') return !IN_PLACE.has(next)
    if (word === 'ALTER') return index > 0 && next !== 'INDEX'
    return word === 'MODIFY' || word === 'CHANGE' || (word === 'ORDER' && next === 'BY')
  })
}

/** Parts of a table's definition that may be printed wrongly. */
function questionAbout(table: TableName): string {
  return (
    "select 'column' as part, attname as name, case when length(attr_enum) > 0 " +
    "then mo_show_visible_bin_enum(atttyp, attr_enum) else '' end as `type`, " +
    "coalesce(mo_show_visible_bin(att_default, 1), '') as written, att_comment as comment, " +
    'case when att_is_auto_increment = 1 and attnotnull = 0 then 1 else 0 end as marked ' +
    `from mo_catalog.mo_columns where ${isColumnOf(table)} ` +
    "union all select distinct 'index', name, '', '', '', 1 from mo_catalog.mo_indexes where is_visible = 0 " +
    `and table_id in (select rel_id from mo_catalog.mo_tables where ${isTable(table)}) ` +
    "union all select 'table', relname, '', '', rel_comment, 0 from mo_catalog.mo_tables " +
    `where ${isTable(table)}`
  )
}

/** The changes that the server will make to one part. */
function expectChanges(row: Readonly<Record<string, unknown>>): readonly string[] {
  const { part, name, type, written, comment } = row
  const members = String(type)
  const isMarked = Number(row['marked']) === 1
  const changes: string[] = []
  const note = (isChanged: boolean, what: string): void => {
    if (isChanged) changes.push(`${String(part)} ${String(name)} (${what})`)
  }
  if (part === 'index') note(isMarked, 'becomes visible')
  else {
    note(
      members.startsWith('SET(') && members.slice(3) !== members.slice(3).toLowerCase(),
      'members in lower case',
    )
    note(members.includes('\\'), 'backslashes in members')
    note(/\\|`|'[^]*''[^]*'/.test(String(written)), 'quotes or backslashes in the default')
    note(String(comment).includes('\\'), 'backslashes in the comment')
    note(isMarked, 'becomes NOT NULL')
  }
  return changes
}

function explain({ what, source, instead }: Remake, changes: readonly string[]): string {
  const name = source.database === undefined ? source.table : `${source.database}.${source.table}`
  return (
    `${what} from the printed definition of ${name}, and MatrixOne changes it by that: ${changes.join(', ')}. ` +
    (instead ?? 'Compare the definitions afterwards, and change them back by ALTER TABLE.')
  )
}
