import { FulltextIndexError, ServerError, UnsupportedError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import { flag, oneOf, type OptionRules, text } from '../../options/option-rules.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { executeSql, type SqlExecutor } from '../statement/execute.js'
import { checkFulltextPlace, checkIndexName, indexComment } from '../../schema/index-names.js'
import { quoteTable } from '../names/names.js'
import { readCapabilities } from '../statement/read-capabilities.js'
import { wrapError } from '../statement/wrap-error.js'

/**
 * How text is cut into words: `ngram` for Chinese, Japanese and Korean, `json` and `json_value` for
 * JSON documents, `gojieba` for Chinese by a dictionary that the server must have (4.1 and later).
 */
export type FulltextParser = 'ngram' | 'json' | 'json_value' | 'gojieba'

/** How a full-text index is made. */
export interface FulltextIndexOptions {
  /** Default: `ft_` and the columns' names. */
  readonly name?: string
  /** Default: words between blanks and punctuation. */
  readonly parser?: FulltextParser
  /** Whether the index follows writes after about 10 s instead of at once; 4.1 and later. */
  readonly async?: boolean
  readonly comment?: string
}

const OPTIONS: OptionRules<FulltextIndexOptions> = {
  name: text,
  parser: oneOf<FulltextParser>('ngram', 'json', 'json_value', 'gojieba'),
  async: flag,
  comment: text,
}

/** Checks the options of a full-text index. */
export function checkFulltextIndex(options: FulltextIndexOptions): void {
  checkOptions('fulltextIndex.create', OPTIONS, options)
}

/** The name that an index gets. */
export function fulltextIndexName(
  columns: readonly string[],
  options: FulltextIndexOptions,
): string {
  return options.name ?? `ft_${columns.join('_')}`
}

/** Writes `CREATE FULLTEXT INDEX`; `with parser default` does not parse on any version. */
export function createFulltextIndexSql(
  table: string,
  columns: readonly string[],
  options: FulltextIndexOptions,
): string {
  checkFulltextIndex(options)
  if (columns.length === 0) throw new ValueError('A full-text index needs at least one column.')
  const name = checkIndexName(fulltextIndexName(columns, options))
  checkFulltextPlace(table, columns)
  const { parser, async = false, comment } = options
  const list = columns.map(quoteIdentifier).join(', ')
  return [
    `create fulltext index ${quoteIdentifier(name)}`,
    `on ${quoteTable(table)} (${list})`,
    ...(parser === undefined ? [] : [`with parser ${parser}`]),
    ...(async ? ['async'] : []),
    ...(comment === undefined ? [] : [indexComment(comment)]),
  ].join(' ')
}

/** Of SQL that the server wrote itself; ours would be 1064. */
const SYNTAX_ERROR = 1105

/** Creates one full-text index. */
export async function createFulltextIndex(
  db: SqlExecutor,
  table: string,
  columns: readonly string[],
  options: FulltextIndexOptions,
): Promise<void> {
  const statement = createFulltextIndexSql(table, columns, options)
  if (options.async === true || options.parser === 'gojieba') {
    const { indexAsync, gojieba } = await readCapabilities(db)
    if (options.async === true && !indexAsync) throw missing('async')
    if (options.parser === 'gojieba' && !gojieba) throw missing('parser gojieba')
  }
  const name = fulltextIndexName(columns, options)
  await wrapError(FulltextIndexError, `create the full-text index ${name} on ${table}`, () =>
    executeSql(db, statement).catch((error: unknown) => {
      if (!(error instanceof ServerError) || error.errno !== SYNTAX_ERROR) throw error
      throw new FulltextIndexError(
        `Could not create the full-text index ${name} on ${table}: MatrixOne pastes column names without ` +
          `quotes into its own SQL, and one of ${columns.join(', ')} is a keyword. Rename it.`,
        { errno: error.errno, sql: statement },
      )
    }),
  )
}

function missing(option: string): UnsupportedError {
  return new UnsupportedError(`A full-text index with ${option} needs MatrixOne 4.1. Leave it out.`)
}
