import type { TableModel } from '../../schema/schema-model.js'

/** Options of an external table that say what it reads; the others are credentials. */
const shownOptions: ReadonlySet<string> = new Set([
  'filepath',
  'endpoint',
  'region',
  'bucket',
  'provider',
  'compression',
  'format',
  'jsondata',
  'hive_partitioning',
])

/**
 * The source of an external table from its `rel_createsql`, a JSON object with the options of
 * `infile{…}` or `url s3option{…}` and the FIELDS and LINES clauses. SHOW CREATE TABLE prints the
 * path as `''` (4.2.0). Credentials are among the options, so only known ones are kept.
 */
export function decodeSource(createSql: string): NonNullable<TableModel['source']> {
  const parameters = parseObject(createSql)
  const source: Record<string, string> = {}
  const add = (name: string, value: unknown): void => {
    if (typeof value === 'string' && value !== '') source[name] = value
    else if (typeof value === 'number' && value !== 0) source[name] = String(value)
  }
  add('filepath', parameters['Filepath'])
  add('format', parameters['Format'])
  add('compression', parameters['CompressType'])
  const { Option: options } = parameters
  if (Array.isArray(options)) {
    for (let at = 0; at + 1 < options.length; at += 2) {
      const name = String(options[at]).toLowerCase()
      if (shownOptions.has(name)) add(name, withoutLogin(options[at + 1]))
    }
  }
  const tail = asObject(parameters['Tail'])
  const [fields, lines] = [asObject(tail['Fields']), asObject(tail['Lines'])]
  add('fields terminated by', asObject(fields['Terminated'])['Value'])
  add('fields enclosed by', characterOf(fields['EnclosedBy']))
  add('fields escaped by', characterOf(fields['EscapedBy']))
  add('lines starting by', lines['StartingBy'])
  add('lines terminated by', asObject(lines['TerminatedBy'])['Value'])
  add('ignore lines', tail['IgnoredLines'])
  return Object.freeze(source)
}

/** `http://key:secret@host` as `http://host`. */
function withoutLogin(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^(\w+:\/\/)[^/@]*@/, '$1') : value
}

function characterOf(option: unknown): string {
  const { Value: code } = asObject(option)
  return typeof code === 'number' && code > 0 ? String.fromCodePoint(code) : ''
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return {}
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
