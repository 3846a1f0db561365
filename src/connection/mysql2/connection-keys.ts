import type { PoolOptions } from 'mysql2'
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options/check-options.js'
import {
  anything,
  either,
  flag,
  integer,
  numberFrom,
  object,
  type OptionRule,
  type OptionRules,
  text,
  textLike,
} from '../../options/option-rules.js'

/** A program may have it from its environment as digits. */
const port = either(integer(0, 65_535), textLike(/^\d{1,5}$/, 'its digits'))

/** mysql2 ignores an option that it does not know, and so a misspelt `ssl` connects in plain text. */
const KEYS: OptionRules<PoolOptions> = {
  authPlugins: anything,
  authSwitchHandler: anything,
  bigNumberStrings: anything,
  charset: anything,
  charsetNumber: anything,
  compress: anything,
  connectAttributes: anything,
  connectTimeout: numberFrom(0),
  connectionLimit: numberFrom(1),
  database: anything,
  dateStrings: anything,
  debug: anything,
  decimalNumbers: anything,
  disableEval: anything,
  enableCleartextPlugin: anything,
  enableKeepAlive: anything,
  flags: anything,
  gracefulEnd: anything,
  host: anything,
  idleTimeout: numberFrom(0),
  infileStreamFactory: anything,
  insecureAuth: anything,
  isServer: anything,
  jsonStrings: anything,
  keepAliveInitialDelay: anything,
  localAddress: anything,
  maxIdle: numberFrom(0),
  maxPreparedStatements: anything,
  multipleStatements: anything,
  namedPlaceholders: anything,
  nestTables: anything,
  password: anything,
  password1: anything,
  password2: anything,
  password3: anything,
  passwordSha1: anything,
  pool: anything,
  port: port,
  Promise: anything,
  queryFormat: anything,
  queueLimit: numberFrom(0),
  resetOnRelease: anything,
  rowsAsArray: anything,
  socketPath: anything,
  ssl: either(object, text, { expected: 'false', accepts: (value) => value === false }),
  stream: anything,
  stringifyObjects: anything,
  supportBigNumbers: anything,
  timezone: anything,
  trace: anything,
  typeCast: anything,
  uri: anything,
  user: anything,
  waitForConnections: flag,
}

/** Names of other drivers and SDKs, in lower case without `_`, and what stands for them here. */
const INSTEAD: Readonly<Record<string, string>> = {
  account: "Account and role are part of user: 'acme#ann#role'.",
  role: "Account and role are part of user: 'acme#ann#role'.",
  username: 'Did you mean user?',
  passwd: 'Did you mean password?',
  db: 'Did you mean database?',
  dbname: 'Did you mean database?',
  hostname: 'Did you mean host?',
  server: 'Did you mean host?',
  sslmode: 'Did you mean ssl? It takes an object: ssl: { rejectUnauthorized: true }.',
  sslca: 'Did you mean ssl? It takes an object: ssl: { ca }.',
  tls: 'Did you mean ssl?',
  timeout: 'Did you mean connectTimeout?',
  max: 'Did you mean connectionLimit?',
  poolsize: 'Did you mean connectionLimit?',
  onconnect: 'Hooks stand beside connection: new MatrixOne({ connection, hooks }).',
  hooks: 'Hooks stand beside connection: new MatrixOne({ connection, hooks }).',
}

/**
 * Refuses connection options that neither mysql2 nor this library knows; the message has no values.
 *
 * @param also options that the caller takes beside mysql2's
 * @throws {ValueError} with the closest known name
 */
export function checkConnectionKeys(
  call: string,
  options: object,
  also: Readonly<Record<string, OptionRule>> = {},
): void {
  const known: Readonly<Record<string, OptionRule>> = { ...KEYS, ...also }
  for (const name of Object.keys(options)) {
    const instead = INSTEAD[name.replaceAll(/[_-]/g, '').toLowerCase()]
    if (Object.hasOwn(known, name) || instead === undefined) continue
    throw new ValueError(`${call} has no option ${name}. ${instead}`)
  }
  checkOptions(call, known, options)
}
