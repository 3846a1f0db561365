/** The address of the database and the encryption of the connection. */
import type { SslOptions } from 'mysql2'
import { ConfigurationError } from '../errors.js'
import { projectFile } from '../workspace/project-file.js'
import type { Surroundings } from '../workspace/streams.js'
import type { Choose } from './choices.js'
import type { Locate } from './locate.js'
import { resolveTls, splitUrl } from './tls.js'

/** A connection URL without parameters about TLS. */
export interface UrlSetting {
  readonly value: string
  /** Where it was found, for messages: `--url`, `DATABASE_URL`, a file. */
  readonly origin: string
}

/**
 * Finds the URL and the TLS options; a flag about TLS wins over the URL's own parameter, and the
 * parameter over the configuration file.
 */
export function findAddress(
  choose: Choose,
  locate: Locate,
  { cwd, env }: Surroundings,
): { readonly url: UrlSetting | undefined; readonly tls: SslOptions | undefined } {
  const written = findUrl(choose, env)
  const { url, ...inUrl } = splitUrl(written?.value ?? '')
  const fileOf = (key: 'sslCa' | 'sslCert' | 'sslKey', path: string | undefined) => {
    const choice = choose(key)
    if (path !== undefined && choice?.from !== 'flag') return projectFile(cwd, path)
    return choice && locate(choice.value, choice.from)
  }
  const mode = choose('sslMode')
  const tlsChoice = {
    mode: mode?.from === 'flag' ? mode.value : (inUrl.mode ?? mode?.value),
    ca: fileOf('sslCa', inUrl.ca),
    cert: fileOf('sslCert', inUrl.cert),
    key: fileOf('sslKey', inUrl.key),
  }
  const tls = resolveTls(tlsChoice, hostOf(url))
  return { url: written && { value: url, origin: written.origin }, tls }
}

/** Undefined for a URL that cannot be parsed: the connection reports that. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : undefined
}

function findUrl(choose: Choose, env: Surroundings['env']): UrlSetting | undefined {
  const written = choose('url')
  // kysely-codegen's syntax for a variable: --url 'env(OTHER_URL)'.
  const variable = /^env\((\w+)\)$/.exec(written?.value ?? '')?.[1]
  if (written === undefined || variable === undefined) return written
  const value = env[variable]
  if (value) return { value, origin: variable }
  throw new ConfigurationError(
    `The environment variable ${variable} is not set.\nIt was named by ${written.origin}.`,
  )
}
