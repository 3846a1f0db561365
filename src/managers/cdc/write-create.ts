import { UnsupportedError, ValueError } from '../../errors.js'
import { checkName, parseTableReference } from '../names/names.js'
import type { CdcEndpoint, CreateCdcOptions } from './cdc-types.js'

/** The statement with its secrets as parameters. */
export interface CreateCdcStatement {
  readonly sql: string
  readonly parameters: readonly string[]
}

/**
 * Writes CREATE CDC; everything that a user gives is a parameter.
 *
 * @param decodesUrls whether the server percent-decodes user and password
 */
export function writeCreateCdc(
  name: string,
  options: CreateCdcOptions,
  decodesUrls: boolean,
): CreateCdcStatement {
  const { source, sink } = options
  const settings = settingsOf(options)
  return {
    sql:
      `create cdc \`${checkName('CDC task', name)}\` ? '${sink.type ?? 'matrixone'}' ? ? ` +
      `{${settings.map(([key]) => `'${key}'=?`).join(', ')}}`,
    parameters: [
      writeUrl(source, decodesUrls),
      writeUrl(sink, decodesUrls),
      writeMapping(options),
      ...settings.map(([, value]) => value),
    ],
  }
}

/**
 * Writes the settings one by one, because the server silently accepts unknown settings and unreadable
 * booleans (4.2.0). Level is required, although the grammar makes it optional.
 */
function settingsOf(options: CreateCdcOptions): readonly (readonly [key: string, value: string])[] {
  const { full, startAt, endAt, exclude, frequency, maxSqlLength, sendSqlTimeout, splitFirstCopy } =
    options
  const settings: (readonly [string, string | undefined])[] = [
    ['Level', options.database === undefined ? 'table' : 'database'],
    ['NoFull', full === undefined ? undefined : String(!full)],
    ['StartTs', startAt?.toISOString()],
    ['EndTs', endAt?.toISOString()],
    ['Exclude', exclude],
    ['Frequency', frequency],
    ['MaxSqlLength', maxSqlLength?.toString()],
    ['SendSqlTimeout', sendSqlTimeout],
    ['InitSnapshotSplitTxn', splitFirstCopy?.toString()],
  ]
  return settings.filter(
    (setting): setting is readonly [string, string] => setting[1] !== undefined,
  )
}

/** `mysql://acme#ann:p%40ss@127.0.0.1:6001`; the server decodes user and password from 4.2 on. */
export function writeUrl(
  { host, port, user, password, account }: CdcEndpoint,
  decodesUrls: boolean,
): string {
  if (!/^[A-Za-z0-9._-]+$|^\[[0-9A-Fa-f:.]+\]$/.test(host)) {
    throw new ValueError(`${JSON.stringify(host)} is not a host name or an address.`)
  }
  const tenant = account === undefined ? '' : `${checkName('account', account)}#`
  const [first, second] = decodesUrls
    ? [encode(user), encode(password)]
    : [checkPlain(user), checkPlain(password)]
  return `mysql://${tenant}${first}:${second}@${host}:${port}`
}

/** Before 4.2 the URL is cut at `@` and `:` and nothing in it is decoded (3.0.14, 4.1.4). */
function checkPlain(text: string): string {
  if (!/[@:]/.test(text)) return text
  throw new UnsupportedError(
    'The user or the password of a CDC endpoint holds @ or :, at which MatrixOne before 4.2 cuts the URL. ' +
      'Give CDC a user of its own without them.',
  )
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** `shop.orders:copy.orders,shop.items:copy.items`, or `shop:copy`; nothing in it can be quoted. */
function writeMapping(options: CreateCdcOptions): string {
  if (options.database !== undefined) {
    const { from, to } = options.database
    return `${checkPart(from)}:${checkPart(to)}`
  }
  if (options.tables === undefined)
    throw new ValueError('cdc.create needs the option tables or database.')
  if (options.tables.length === 0) throw new ValueError('tables must name at least one table.')
  return options.tables.map(({ from, to }) => `${writeTable(from)}:${writeTable(to)}`).join(',')
}

function writeTable(reference: string): string {
  const { database, table } = parseTableReference(reference)
  if (database === undefined) {
    throw new ValueError(`CDC needs to know the database of ${reference}: write 'database.table'.`)
  }
  return `${checkPart(database)}.${checkPart(table)}`
}

function checkPart(name: string): string {
  if (/^[\p{L}\p{M}\p{N}_$-]+$/u.test(name)) return name
  throw new ValueError(
    `${JSON.stringify(name)} cannot be replicated: CDC takes its tables as one text with dots, colons ` +
      'and commas, in which such a name cannot be told apart.',
  )
}
