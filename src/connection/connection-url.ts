import type { PoolOptions } from 'mysql2'
import { MatrixOneError } from '../errors.js'
import { DEFAULT_ADDRESS } from './default-address.js'

const FORM = 'mysql://user:password@host:6001/database'

/** Pool options that a URL always gives. */
export interface UrlOptions extends PoolOptions {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

/**
 * Reads a connection URL. Account and role go into the user name as MatrixOne has them
 * (`account#user#role`), percent-encoded: `mysql://acme%23ann:secret@host:6001/shop`. Without a port
 * it is 6001.
 *
 * @throws {MatrixOneError} when the text is not such a URL; the message never shows the password
 */
export function parseConnectionUrl(text: string): UrlOptions {
  const url = readUrl(text)
  if (!['mysql:', 'matrixone:'].includes(url.protocol)) {
    throw new MatrixOneError(
      `The connection URL starts with ${url.protocol}// but MatrixOne speaks MySQL: ${FORM}`,
    )
  }
  const database = decode(url.pathname.replace(/^\/|\/$/g, ''))
  const parameters = [...url.searchParams].map(([name, value]) => [
    name,
    readParameter(name, value),
  ])
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || DEFAULT_ADDRESS.host,
    port: url.port === '' ? DEFAULT_ADDRESS.port : Number(url.port),
    user: decode(url.username),
    password: decode(url.password),
    ...(database === '' ? {} : { database }),
    ...Object.fromEntries(parameters),
  }
}

function readUrl(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw unreadable()
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw unreadable()
  }
}

function unreadable(): Error {
  return new MatrixOneError(
    `The connection URL cannot be read. It must have the form ${FORM}; encode characters such as ` +
      '# @ : / % in user or password, % as %25.',
  )
}

/** Pool options that make sense in a URL; all others are given as an object. */
const NUMBERS = new Set([
  'connectionLimit',
  'maxIdle',
  'idleTimeout',
  'connectTimeout',
  'queueLimit',
])
const FLAGS = new Set(['enableKeepAlive', 'waitForConnections'])

function readParameter(name: string, value: string): unknown {
  if (NUMBERS.has(name) && /^\d+$/.test(value)) return Number(value)
  if (FLAGS.has(name) && /^(true|false)$/.test(value)) return value === 'true'
  throw new MatrixOneError(
    `The connection URL has the parameter ${name}, which is not one of ` +
      `${[...NUMBERS, ...FLAGS].join(', ')}. Give other options as an object: ` +
      'new MatrixOne({ connection: { host, user, … } }).',
  )
}
