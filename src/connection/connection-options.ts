import type { PoolOptions } from 'mysql2'
import { MatrixOneError } from '../errors.js'
import { anything } from '../options/option-rules.js'
import { checkConnectionKeys } from './mysql2/connection-keys.js'
import { DEFAULT_ADDRESS } from './default-address.js'
import { withoutUndefined } from './mysql2/pool-options.js'
import { type ConnectionHookInput, resolveHooks } from './setup/hooks.js'

/** Options that override the environment and the defaults. */
export interface ConnectionOverrides extends PoolOptions {
  readonly hooks?: ConnectionHookInput | readonly ConnectionHookInput[]
}

/** The part of `MatrixOneConfig` that says where to connect, as whom, and what to set up. */
export interface ConnectionConfig {
  readonly connection: PoolOptions
  readonly hooks: readonly ConnectionHookInput[]
}

type Environment = Readonly<Record<string, string | undefined>>

const DEFAULTS: PoolOptions = Object.freeze({
  ...DEFAULT_ADDRESS,
  user: 'root',
  // Every new MatrixOne has it, and its SDKs assume it.
  password: '111',
})

/**
 * Puts the options of a connection together: defaults, then the environment, then the arguments.
 *
 * The variables are `MATRIXONE_HOST` (127.0.0.1), `MATRIXONE_PORT` (6001), `MATRIXONE_USER` (root),
 * `MATRIXONE_PASSWORD` (111), `MATRIXONE_DATABASE` (none), `MATRIXONE_CONNECT_TIMEOUT` in seconds,
 * and `MATRIXONE_ON_CONNECT`, predefined actions separated by commas. An argument that is undefined
 * leaves the variable in force.
 *
 * @throws {MatrixOneError} when a value cannot be right; its message never shows the password
 *
 * @example
 * const db = new MatrixOne<DB>({ ...connectionOptions({ database: 'shop' }), guards: {} })
 */
export function connectionOptions(
  overrides: ConnectionOverrides = {},
  environment: Environment = process.env,
): ConnectionConfig {
  checkConnectionKeys('connectionOptions', overrides, { hooks: anything })
  const { hooks, ...given } = overrides
  const connection: PoolOptions = {
    ...DEFAULTS,
    ...readEnvironment(environment),
    ...withoutUndefined(given),
  }
  validate(connection)
  return Object.freeze({
    connection: Object.freeze(connection),
    hooks: resolveHooks(hooks, environment),
  })
}

function readEnvironment(environment: Environment): PoolOptions {
  const seconds = environment['MATRIXONE_CONNECT_TIMEOUT']
  return withoutUndefined({
    host: environment['MATRIXONE_HOST'],
    port: readNumber('MATRIXONE_PORT', environment['MATRIXONE_PORT']),
    user: environment['MATRIXONE_USER'],
    password: environment['MATRIXONE_PASSWORD'],
    database: environment['MATRIXONE_DATABASE'],
    connectTimeout:
      seconds === undefined
        ? undefined
        : 1000 * (readNumber('MATRIXONE_CONNECT_TIMEOUT', seconds) ?? 0),
  })
}

function readNumber(variable: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d+$/.test(text.trim())) return Number(text)
  throw new MatrixOneError(`${variable} is ${JSON.stringify(text)}, which is not a number.`)
}

function validate({ host, port, user, password, database, connectTimeout }: PoolOptions): void {
  check(isText(host), 'host', 'MATRIXONE_HOST', 'a name or an address', host)
  check(
    Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536,
    'port',
    'MATRIXONE_PORT',
    'a number from 1 to 65535',
    port,
  )
  check(isText(user), 'user', 'MATRIXONE_USER', 'a name, such as root or account#user#role', user)
  check(typeof password === 'string', 'password', 'MATRIXONE_PASSWORD', 'text', '(hidden)')
  check(
    database === undefined || isText(database),
    'database',
    'MATRIXONE_DATABASE',
    'a name, or left out',
    database,
  )
  check(
    connectTimeout === undefined || Number(connectTimeout) > 0,
    'connectTimeout',
    'MATRIXONE_CONNECT_TIMEOUT',
    'more than 0 (the option in milliseconds, the variable in seconds)',
    connectTimeout,
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== ''
}

function check(
  isRight: boolean,
  option: string,
  variable: string,
  expected: string,
  value: unknown,
): void {
  if (isRight) return
  throw new MatrixOneError(
    `The option ${option} (or ${variable}) must be ${expected}, got ${JSON.stringify(value)}.`,
  )
}
