import { ValueError } from '../../errors.js'
import { escapeInner, innerLiteral } from '../names/inner-literal.js'
import { quoteCheckedName } from '../names/names.js'
import type { StageChanges, StageCredentials, StageOptions } from './stage-types.js'

/** Writes CREATE STAGE. */
export function writeCreateStage(name: string, options: StageOptions): Setting {
  const { url, credentials, comment, ifNotExists = false } = options
  const secret = credentials === undefined ? undefined : credentialsSql(credentials)
  const sql = [
    `create stage ${ifNotExists ? 'if not exists ' : ''}${quoteCheckedName('stage', name)}`,
    `url=${innerLiteral(checkUrl(url), "'")}`,
    ...(secret === undefined ? [] : [secret.sql]),
    // Without it 3.0.14 makes one that says it is disabled; later versions take it as given.
    'enable=true',
    ...(comment === undefined ? [] : [`comment=${innerLiteral(comment, "'")}`]),
  ].join(' ')
  return { sql, parameters: secret?.parameters ?? [] }
}

/** Writes an ALTER STAGE for each change. */
export function writeAlterStage(name: string, changes: StageChanges): readonly Setting[] {
  const { url, credentials, comment, enabled } = changes
  const settings: readonly Setting[] = [
    ...(url === undefined ? [] : [{ sql: `url=${innerLiteral(checkUrl(url), "'")}` }]),
    ...(credentials === undefined ? [] : [credentialsSql(credentials)]),
    ...(comment === undefined ? [] : [{ sql: `comment=${innerLiteral(comment, "'")}` }]),
    ...(enabled === undefined ? [] : [{ sql: `enable=${enabled ? 'TRUE' : 'FALSE'}` }]),
  ]
  if (settings.length === 0) throw new ValueError(`Nothing of stage ${name} was to be changed.`)
  const head = `alter stage ${quoteCheckedName('stage', name)} set `
  return settings.map((setting) => ({ ...setting, sql: head + setting.sql }))
}

/** Refuses a path upwards, which could read and write any file of the server. */
function checkUrl(url: string): string {
  if (/(^|\/)\.\.(\/|$)/.test(url)) {
    throw new ValueError(`The stage URL ${JSON.stringify(url)} must not contain .. as a folder.`)
  }
  return url
}

/** A statement, or a part of one; its parameters are secrets. */
export interface Setting {
  readonly sql: string
  readonly parameters?: readonly string[]
}

/** Stored as one text `K=V,K=V`, without escapes: a comma would make another key of what follows. */
function credentialsSql(credentials: StageCredentials): Setting & {
  readonly parameters: readonly string[]
} {
  const pairs = Object.entries(credentials)
  if (pairs.length === 0) throw new ValueError('The stage credentials are empty. Leave them out.')
  for (const [key, value] of pairs) {
    if (!/^[A-Za-z_]+$/.test(key)) {
      throw new ValueError('A key of the stage credentials must consist of letters and _.')
    }
    if (value.includes(',')) {
      throw new ValueError(
        `The credential ${key} contains a comma, after which MatrixOne would read another credential.`,
      )
    }
  }
  return {
    sql: `credentials={${pairs.map(([key]) => `'${key}'=?`).join(',')}}`,
    parameters: pairs.map(([, value]) => escapeInner(value, "'")),
  }
}
