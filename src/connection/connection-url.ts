import type { PoolOptions } from 'mysql2'
import { MatrixOneError } from '../errors.js'

const FORM = 'mysql://user:password@host:6001/database'

/**
 * Reads a connection URL. Account and role go into the user name as MatrixOne has them
 * (`account#user#role`), percent-encoded: `mysql://acme%23ann:secret@host:6001/shop`.
 *
 * @throws {MatrixOneError} when it is no such URL; the message never shows the password
 */
export function parseConnectionUrl(text: string): PoolOptions {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new MatrixOneError(
      `The connection URL cannot be read. It has the form ${FORM}; ` +
        'characters such as # @ : / in user or password are percent-encoded.',
    )
  }
  if (!['mysql:', 'matrixone:'].includes(url.protocol)) {
    throw new MatrixOneError(
      `The connection URL starts with ${url.protocol}// but MatrixOne speaks MySQL: ${FORM}`,
    )
  }
  const database = decodeURIComponent(url.pathname.slice(1))
  const options: Record<string, unknown> = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: url.port === '' ? 6001 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
  if (database !== '') options['database'] = database
  for (const [name, value] of url.searchParams) options[name] = readParameter(name, value)
  return options
}

/** The pool options that make sense in a URL; everything else is given as an object. */
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
