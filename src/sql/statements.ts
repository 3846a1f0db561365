import { analyzeSql, type SqlStatement } from './analyze-sql.js'

/**
 * Tells the statements of a text, which the server will run one after the other, with their leading
 * keywords; empty ones and those of comments only are left out.
 *
 * MatrixOne runs stacked statements whatever the client's `multipleStatements` says, and it splits
 * inside executable comments too (4.2.0).
 *
 * @example
 * readStatements("select ';' -- ;\n; (select 2) /*! ; set @a = 1 *\/")
 * // keywords: SELECT, SELECT, SET
 */
export function readStatements(sql: string): readonly SqlStatement[] {
  return analyzeSql(sql).statements
}
