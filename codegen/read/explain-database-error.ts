/** Turns errors of the runtime into messages for the developer, most with exit code 3. */
import {
  CodegenError,
  ConfigurationError,
  UnreachableDatabaseError,
  UntrustedDatabaseError,
} from '../errors.js'

/** Something that a role may not do, and the right that would let it. */
export interface Denied {
  /** Completes "may not …". */
  readonly what: string
  /** Statements. */
  readonly grants: readonly string[]
}

/** The address that was used, without its password. */
export interface DatabaseAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  /** Where the URL came from: `--url`, `DATABASE_URL`, a file. */
  readonly origin: string
  /** The snapshot that was asked for. */
  readonly snapshot?: string
  /** Reading the catalog unless given. */
  readonly denied?: Denied
}

/** The runtime's error classes, handed in so that this file loads nothing. */
export type RuntimeErrors = Pick<
  typeof import('kysely-matrixone'),
  | 'AccessDeniedError'
  | 'ConnectionError'
  | 'MatrixOneError'
  | 'PrivilegeError'
  | 'UnknownObjectError'
  | 'UntrustedMetadataError'
  | 'ValueError'
>

/** Explains an error of the runtime; errors of our own pass unchanged. */
export function explainDatabaseError(
  runtime: RuntimeErrors,
  error: unknown,
  address: DatabaseAddress,
): Error {
  if (error instanceof CodegenError) return error
  if (!(error instanceof Error)) return new CodegenError(String(error))
  const { host, port, user, database, origin } = address
  const server = `${host}:${port}`
  const cause = { cause: error }
  if (error instanceof runtime.AccessDeniedError) {
    return new UnreachableDatabaseError(
      `${server} refused the login of ${user === '' ? 'a user without a name' : user}.\nCheck user and password (account#user as account%23user) in ${origin}.`,
      cause,
    )
  }
  if (error instanceof runtime.PrivilegeError) {
    const { what, grants } = address.denied ?? {
      what: `read the schema of ${database}`,
      grants: catalogGrants,
    }
    return new UntrustedDatabaseError(
      `The role of ${user} may not ${what} on ${server}: ${firstLine(error)}\nGrant it: ${grants.join(' ')}`,
      cause,
    )
  }
  const lacksSnapshot = error.message.startsWith('internal error: find 0 snapshot ')
  if (address.snapshot !== undefined && lacksSnapshot) {
    return new UnreachableDatabaseError(
      `There is no snapshot ${address.snapshot} on ${server}, or ${user} may not see it.\nSHOW SNAPSHOTS lists them.`,
      cause,
    )
  }
  if (error instanceof runtime.UnknownObjectError) {
    const { snapshot } = address
    const past = snapshot === undefined ? '' : ` in the snapshot ${snapshot}`
    return new UnreachableDatabaseError(
      `There is no database ${database}${past} on ${server}, or ${user} may not see it.\nCheck the name and the account in ${origin}.`,
      cause,
    )
  }
  if (error instanceof runtime.UntrustedMetadataError) {
    return new UntrustedDatabaseError(error.message, cause)
  }
  if (error instanceof runtime.ValueError) return new ConfigurationError(error.message, cause)
  const code = codeOf(error)
  if (error instanceof runtime.ConnectionError || code !== undefined) {
    return new UnreachableDatabaseError(
      explainTls(code, error, server) ??
        `${explainSocket(code, host, server)}\n${code === 'ENOTFOUND' ? '' : 'Is MatrixOne running there? '}The address came from ${origin}.`,
      cause,
    )
  }
  if (error instanceof runtime.MatrixOneError) {
    return new UntrustedDatabaseError(
      `${server} did not answer as expected: ${firstLine(error)}\nNothing was concluded from this answer. See more with --log-level debug.`,
      cause,
    )
  }
  return error
}

/** The minimum that reading the catalog needs (measured on 4.2.0). */
const catalogGrants = [
  'GRANT CONNECT ON ACCOUNT * TO <role>;',
  ...['mo_tables', 'mo_columns', 'mo_indexes', 'mo_database', 'mo_foreign_keys'].map(
    (table) => `GRANT SELECT ON TABLE mo_catalog.${table} TO <role>;`,
  ),
]

function explainSocket(code: string | undefined, host: string, server: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `${server} refused the connection.`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `There is no host named ${host}.`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `No route to ${server}.`
    case undefined:
    case 'ETIMEDOUT':
      return `${server} did not answer in time.`
    default:
      return `The connection to ${server} broke (${code}).`
  }
}

/** Explains mysql2's two codes of TLS; the innermost error has the reason. */
function explainTls(code: string | undefined, error: Error, server: string): string | undefined {
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return `${server} has no certificate, so it cannot encrypt the connection.\nGive it one (docs/tls.md), or connect in plain text: --ssl-mode disabled.`
  }
  if (code !== 'HANDSHAKE_SSL_ERROR') return undefined
  let inmost = error
  while (inmost.cause instanceof Error) inmost = inmost.cause
  const reason = firstLine(inmost).replace(/\.$/, '')
  return `The certificate of ${server} was not accepted: ${reason}.\nGive the authority that signed it with --ssl-ca, or check less of it with --ssl-mode.`
}

/** The first code of a socket in the chain of causes. */
function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string' && /^(E(?!RR_)[A-Z_]+|PROTOCOL_\w+|HANDSHAKE_\w+)$/.test(code))
      return code
  }
  return undefined
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? ''
}
