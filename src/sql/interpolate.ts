import { ValueError } from '../errors.js'
import { analyzeSql } from './analyze-sql.js'
import { toLiteral, type LiteralOptions } from './literals.js'

/**
 * Puts values in the place of the `?` placeholders of a statement, outside quotes and comments.
 *
 * @throws {ValueError} when the numbers of placeholders and values differ, when a value cannot be
 * sent unchanged, or when a placeholder stands inside an executable comment: there MatrixOne steps
 * over some quotes (4.2.0), so a value could become SQL
 *
 * @example
 * interpolate("select '?' as q, ? as v", ["it's"], { timeZone: '+00:00' })
 *
 * ```sql
 * select '?' as q, 'it''s' as v
 * ```
 */
export function interpolate(
  sql: string,
  parameters: readonly unknown[],
  options: LiteralOptions,
): string {
  if (parameters.length === 0 && !sql.includes('?')) return sql
  const { segments, hasUnsafePlaceholder } = analyzeSql(sql)
  if (segments.length - 1 !== parameters.length) {
    throw new ValueError(
      `The statement has ${segments.length - 1} placeholders but ${parameters.length} values were passed. ` +
        'Each ? outside quotes and comments needs exactly one value.',
    )
  }
  if (hasUnsafePlaceholder) {
    throw new ValueError(
      'A placeholder stands inside a comment of the form /*! … */, where no value can be put safely. Move it out of the comment.',
    )
  }
  let text = segments[0] as string
  for (let index = 0; index < parameters.length; index++) {
    text += toLiteral(parameters[index], options, index + 1) + (segments[index + 1] as string)
  }
  return text
}
