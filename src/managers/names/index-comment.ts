import { ValueError } from '../../errors.js'
import { toLiteral } from '../../sql/literals.js'

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
    `The index comment ${JSON.stringify(comment)} holds ' or \\: MatrixOne could never truncate the ` +
      'table again. Leave them out.',
  )
}
