/**
 * MatrixOne calls itself `8.0.30-MatrixOne-v4.2.0`, where 8.0.30 is the MySQL version that it
 * imitates. Builds in the field also say `v3.0.11`, `v20260826` (a nightly), `v25908`,
 * `v3.0.11-hotfix-20250801` or only `v`, so everything after the name is read leniently.
 */
export interface ServerVersion {
  /** The server's own text, unchanged. */
  readonly text: string
  /** False for MySQL, MariaDB and other servers that speak the protocol. */
  readonly isMatrixOne: boolean
  /** Major, minor, patch; null when the server's name carries no release number (a nightly, `v`). */
  readonly release: readonly [major: number, minor: number, patch: number] | null
  /** The number of a nightly or internal build (`20260826`, `25908`); null for a release. */
  readonly build: number | null
  /** The text behind the number, such as `hotfix-20250801`; empty for most. */
  readonly suffix: string
}

const matrixOneName = /matrixone[-_ ]*(.*)$/i
const bareVersion = /^v\d*(?=[.\d]|$)/i
const releaseNumber = /^v?(\d{1,4})\.(\d+)(?:\.(\d+))?(.*)$/i
const buildNumber = /^v?(\d+)(.*)$/i

/**
 * Reads what `select @@version` returns; never throws.
 *
 * @example
 * parseServerVersion('8.0.30-MatrixOne-v4.2.0').release // [4, 2, 0]
 * parseServerVersion('8.0.36').isMatrixOne              // false
 */
export function parseServerVersion(text: string): ServerVersion {
  const trimmed = text.trim()
  const named = matrixOneName.exec(trimmed)?.[1]
  // `git_version()` and log lines show the bare `v4.2.0`; MySQL and MariaDB never begin with a v.
  const own = named ?? (bareVersion.test(trimmed) ? trimmed : undefined)
  if (own === undefined) {
    return Object.freeze({ text, isMatrixOne: false, release: null, build: null, suffix: '' })
  }
  const release = releaseNumber.exec(own)
  if (release !== null) {
    const [, major, minor, patch = '0', rest = ''] = release
    return Object.freeze({
      text,
      isMatrixOne: true,
      release: Object.freeze([Number(major), Number(minor), Number(patch)] as const),
      build: null,
      suffix: readSuffix(rest),
    })
  }
  const build = buildNumber.exec(own)
  return Object.freeze({
    text,
    isMatrixOne: true,
    release: null,
    build: build === null ? null : Number(build[1]),
    suffix: readSuffix(build === null ? own.replace(/^v/i, '') : (build[2] ?? '')),
  })
}

function readSuffix(rest: string): string {
  return rest.replace(/^[-_.+ ]+/, '').trim()
}
