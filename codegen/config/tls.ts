/**
 * TLS for the connection of mo-codegen, from flags, the configuration file or the URL
 * (`?ssl-mode=verify-ca&ssl-ca=ca.pem`, or `?ssl=true`), as options of mysql2.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { SslOptions } from 'mysql2'
import { ConfigurationError } from '../errors.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { type SslMode, sslModes } from './config.js'

/** A URL's TLS parameters, which the runtime's connection does not take. */
export interface UrlTls {
  /** The URL without them. */
  readonly url: string
  readonly mode?: SslMode
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/**
 * Splits the TLS parameters off a URL.
 *
 * @throws {ConfigurationError} when one is unknown, or is not one of the modes
 */
export function splitUrl(url: string): UrlTls {
  const [address = '', query] = url.split('?', 2)
  if (query === undefined) return { url }
  const parameters = [...new URLSearchParams(query)]
  if (parameters.some(([name]) => name === 'at')) {
    throw new ConfigurationError(
      'The URL has the parameter at, which only the URLs of diff have.\nName the snapshot with --at.',
    )
  }
  const isAboutTls = ([name]: readonly [string, string]): boolean => /^(ssl|tls)/i.test(name)
  const rest = new URLSearchParams(parameters.filter((one) => !isAboutTls(one))).toString()
  const found = parameters
    .filter(isAboutTls)
    .map(([name, value]) => [name.toLowerCase().replaceAll('_', '-'), value] as const)
  return { url: rest === '' ? address : `${address}?${rest}`, ...readParameters(found) }
}

function readParameters(found: readonly (readonly [string, string])[]): Omit<UrlTls, 'url'> {
  const read: Record<string, string> = {}
  for (const [name, value] of found) {
    if (name === 'ssl')
      read['mode'] = modeOf(
        value === 'true' ? 'verify-identity' : value === 'false' ? 'disabled' : value,
        name,
      )
    else if (name === 'ssl-mode')
      read['mode'] = modeOf(value.toLowerCase().replaceAll('_', '-'), name)
    else if (['ssl-ca', 'ssl-cert', 'ssl-key'].includes(name)) read[name.slice(4)] = value
    else {
      throw new ConfigurationError(
        `The URL has the parameter ${name}, which is unknown.\nTLS is asked for by ssl=true, ssl-mode, ssl-ca, ssl-cert and ssl-key.`,
      )
    }
  }
  return read
}

function modeOf(value: string, name: string): SslMode {
  const mode = sslModes.find((known) => known === value)
  if (mode !== undefined) return mode
  throw new ConfigurationError(
    `The URL's parameter ${name} must be one of ${name === 'ssl' ? 'true, false' : sslModes.join(', ')}.`,
  )
}

/** The chosen mode and files. */
export interface TlsChoice {
  readonly mode?: SslMode | undefined
  readonly ca?: ProjectFile | undefined
  readonly cert?: ProjectFile | undefined
  readonly key?: ProjectFile | undefined
}

/**
 * The options of mysql2 for a choice; undefined for a plain connection.
 *
 * @throws {ConfigurationError} when a file cannot be read, or the choice contradicts itself
 */
export function resolveTls(choice: TlsChoice, host: string | undefined): SslOptions | undefined {
  const { ca, cert, key } = choice
  const isGiven = ca !== undefined || cert !== undefined || key !== undefined
  const mode = choice.mode ?? (isGiven ? 'verify-identity' : 'disabled')
  if (mode === 'disabled') return undefined
  if ((cert === undefined) !== (key === undefined)) {
    throw new ConfigurationError(
      `A client certificate needs its key and a key its certificate.\nGive both --ssl-cert and --ssl-key.`,
    )
  }
  // mysql2 3.24.5 names no host to TLS for an address, which Node then compares with `localhost`.
  if (mode === 'verify-identity' && host !== undefined && isIP(host) !== 0) {
    throw new ConfigurationError(
      `The mode verify-identity needs a host name, and ${host} is an address.\nName the host as its certificate does, or check the signature only: --ssl-mode verify-ca.`,
    )
  }
  return {
    rejectUnauthorized: mode !== 'required',
    verifyIdentity: mode === 'verify-identity',
    ...(ca && { ca: readPem(ca, '--ssl-ca') }),
    ...(cert && { cert: readPem(cert, '--ssl-cert') }),
    ...(key && { key: readPem(key, '--ssl-key') }),
  }
}

function readPem({ path, shown }: ProjectFile, flag: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigurationError(`The file ${shown} cannot be read.\nIt was named by ${flag}.`, {
      cause: error,
    })
  }
  // Node ignores other content, and then no certificate passes.
  if (text.includes('-----BEGIN ')) return text
  throw new ConfigurationError(`The file ${shown} is not PEM.\nIt was named by ${flag}.`)
}
