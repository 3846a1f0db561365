import { ValueError } from '../../errors.js'
import { analyzeSql } from '../../sql/analyze-sql.js'

/**
 * The one SELECT of a text, without a separator at its end.
 *
 * @throws {ValueError} for any other statement, and for several
 */
export function readSelect(sql: string): string {
  const [statement, ...more] = analyzeSql(sql).statements
  if (
    statement !== undefined &&
    more.length === 0 &&
    ['SELECT', 'WITH'].includes(statement.keyword)
  )
    return statement.text
  throw new ValueError('Only one SELECT can be exported.')
}
