/**
 * Names that an index can have and be on. MatrixOne pastes them into its own SQL: an index's name
 * between `'`, a vector column and its table between `` ` `` and `'`, a full-text column bare, so that
 * `` `body; drop …` `` is read as SQL. Names that break there are refused here, because the server's syntax
 * error is about SQL that the user never wrote (each measured on 4.2.0).
 */
import { ValueError } from '../errors.js'
import { toLiteral } from '../sql/literals.js'

/** HNSW describes the index in JSON, too, without escaping it. */
const badIndexName = { plain: /['\\]/, hnsw: /['"\\\p{Cc}]/u } as const

/**
 * Checks the name of an index.
 *
 * @throws {ValueError} for one that the server refuses, or stores without its backslashes
 */
export function checkIndexName(name: string, algorithm?: string): string {
  const bad = algorithm === 'hnsw' ? badIndexName.hnsw : badIndexName.plain
  if (!bad.test(name)) return name
  throw new ValueError(
    `The index name ${JSON.stringify(name)} cannot be used: MatrixOne pastes it into SQL of its own. ` +
      'Use one without quotes and backslashes.',
  )
}

/**
 * Checks the table and column of a vector index.
 *
 * @throws {ValueError} for a table or column that cannot have a vector index
 */
export function checkVectorPlace(table: string, column: string): void {
  for (const [kind, name] of [
    ['table', table],
    ['column', column],
  ] as const) {
    if (!/['`]/.test(name)) continue
    throw new ValueError(
      `The ${kind} ${JSON.stringify(name)} cannot have a vector index: MatrixOne cannot build one where a name ` +
        'holds a quote or a backtick. Rename it.',
    )
  }
}

/**
 * Checks the table and columns of a full-text index.
 *
 * @throws {ValueError} for a table or column that cannot have a full-text index
 */
export function checkFulltextPlace(table: string, columns: readonly string[]): void {
  if (table.includes('`')) {
    throw new ValueError(
      `The table ${JSON.stringify(table)} cannot have a full-text index: its name holds a backtick. Rename it.`,
    )
  }
  for (const column of columns) {
    if (/^[A-Za-z_][A-Za-z0-9_$]*$/.test(column)) continue
    throw new ValueError(
      `The column ${JSON.stringify(column)} cannot have a full-text index: MatrixOne pastes the name without quotes ` +
        'into SQL of its own. Rename it to letters, digits and _.',
    )
  }
}

/**
 * Writes the comment of an index.
 *
 * MatrixOne pastes it unescaped between `'` into SQL of its own, when the index is made and again at
 * each TRUNCATE of the table, which then fails for good (1105, 4.2.0): escaping helps only the first
 * time. So a quote and a backslash are refused.
 *
 * @throws {ValueError} for a comment with `'` or `\`
 */
export function indexComment(comment: string): string {
  if (!/['\\\0]/.test(comment)) return `comment ${toLiteral(comment)}`
  throw new ValueError(
    `The index comment ${JSON.stringify(comment)} contains ' or \\, with which MatrixOne could never ` +
      'truncate the table again. Leave them out.',
  )
}
