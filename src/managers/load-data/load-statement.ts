import { ValueError } from '../../errors.js'
import { quoteIdentifier } from '../../sql/identifiers.js'
import { toLiteral } from '../../sql/literals.js'
import type { ResolvedSource } from './load-source.js'

/** The table's column of each column of a file; null skips one. */
export type FileColumns = readonly (string | null)[]

/** How a CSV file is written. */
export interface CsvFormat {
  /** Default `,`. */
  readonly separator?: string
  /** Default `"`. */
  readonly enclosedBy?: string
  /** Default `\`: `\N` is NULL, `\n` a line feed. */
  readonly escapedBy?: string
  /** Default `\n`, which also reads `\r\n`. */
  readonly lineTerminator?: string
  /** Lines at the beginning that hold no rows; 1 for a header. Default 0. */
  readonly skipLines?: number
  /** Texts that stand for NULL, by column. */
  readonly nullIf?: Readonly<Record<string, string>>
  /** Whether the server parses with several cores. Default false. */
  readonly parallel?: boolean
}

/** One `LOAD DATA` of whatever format into one table. */
export interface LoadParts {
  /** Quoted. */
  readonly table: string
  readonly source: ResolvedSource
  readonly columns: FileColumns | undefined
}

/**
 * Writes `LOAD DATA` for CSV. FIELDS and LINES are always stated: the server's defaults differ from
 * one form of the statement to the other.
 *
 * ```sql
 * load data local infile 'rows' into table `t` fields terminated by ',' enclosed by '"' escaped by '\\'
 * lines terminated by '\n' ignore 1 lines (`a`, @skipped, `b`) set `b` = nullif(`b`, 'n/a')
 * ```
 */
export function csvStatement({ table, source, columns }: LoadParts, format: CsvFormat): string {
  const { separator = ',', enclosedBy = '"', escapedBy = '\\', lineTerminator = '\n' } = format
  const { skipLines = 0, nullIf = {}, parallel = false } = format
  checkFormat({ separator, enclosedBy, escapedBy, lineTerminator })
  return [
    source.kind === 'inline'
      ? `load data inline format='csv', data=${toLiteral(source.text)}`
      : `load data ${infile(source)}`,
    `into table ${table}`,
    `fields terminated by ${toLiteral(separator)} enclosed by ${toLiteral(enclosedBy)}`,
    `escaped by ${toLiteral(escapedBy)} lines terminated by ${toLiteral(lineTerminator)}`,
    ...(skipLines > 0 ? [`ignore ${skipLines} lines`] : []),
    ...columnList(columns),
    ...nullIfClause(nullIf),
    ...(parallel ? ["parallel 'true'"] : []),
  ].join(' ')
}

/**
 * Writes `LOAD DATA` for a file of one JSON object or array a line.
 *
 * @param lines `object` for `{"a": 1}`, `array` for `[1]`
 */
export function jsonLinesStatement(
  { table, source, columns }: LoadParts,
  lines: 'object' | 'array',
): string {
  const from =
    source.kind === 'inline'
      ? `inline format='jsonline', data=${toLiteral(source.text)}, jsontype='${lines}'`
      : `${source.kind === 'local' ? 'local ' : ''}infile {'filepath'=${toLiteral(pathOf(source))}, ` +
        `'format'='jsonline', 'jsondata'='${lines}'}`
  return ['load data', from, `into table ${table}`, ...columnList(columns)].join(' ')
}

/** Writes `LOAD DATA` for a Parquet file, whose columns have the table's names. */
export function parquetStatement({ table, source, columns }: LoadParts): string {
  if (source.kind !== 'server') {
    throw new ValueError(
      'A Parquet file is loaded from a stage or from the server: { stage, file }.',
    )
  }
  const from = `infile {'filepath'=${toLiteral(source.path)}, 'format'='parquet'}`
  return ['load data', from, `into table ${table}`, ...columnList(columns)].join(' ')
}

function infile(source: ResolvedSource): string {
  return `${source.kind === 'local' ? 'local ' : ''}infile ${toLiteral(pathOf(source))}`
}

/** The server hands the name of a LOCAL file back, and this library never opens what it names. */
function pathOf(source: ResolvedSource): string {
  return source.kind === 'server' ? source.path : 'rows'
}

function columnList(columns: FileColumns | undefined): string[] {
  if (columns === undefined) return []
  const listed = columns.map((column, index) =>
    column === null ? `@skipped${index + 1}` : quoteIdentifier(column),
  )
  return [`(${listed.join(', ')})`]
}

/** SET understands `nullif` and nothing else: any other function is an error (1105, 4.2.0). */
function nullIfClause(nullIf: Readonly<Record<string, string>>): string[] {
  const settings = Object.entries(nullIf).map(([column, text]) => {
    const name = quoteIdentifier(column)
    return `${name} = nullif(${name}, ${toLiteral(text)})`
  })
  return settings.length === 0 ? [] : [`set ${settings.join(', ')}`]
}

function checkFormat(
  format: Required<Pick<CsvFormat, 'separator' | 'enclosedBy' | 'escapedBy' | 'lineTerminator'>>,
): void {
  const { separator, enclosedBy, escapedBy, lineTerminator } = format
  if ([enclosedBy, escapedBy, lineTerminator].includes(separator)) {
    throw new ValueError(`separator ${JSON.stringify(separator)} is also used for something else.`)
  }
}
