/**
 * MatrixOne calls itself `8.0.30-MatrixOne-v4.2.0`, where 8.0.30 is the MySQL version that it
 * imitates. Builds in the field also say `v3.0.11`, `v20260826` (a nightly), `v25908`,
 * `v3.0.11-hotfix-20250801` or only `v`, so everything after the name is read leniently.
 */
export interface ServerVersion {
  /** What the server said, unchanged. */
  readonly text: string
  /** False for MySQL, MariaDB and whatever else speaks the protocol. */
  readonly isMatrixOne: boolean
  /** Major, minor, patch; null when the server's name carries no release number (a nightly, `v`). */
  readonly release: readonly [major: number, minor: number, patch: number] | null
  /** The number of a nightly or internal build (`20260826`, `25908`); null for a release. */
  readonly build: number | null
  /** What follows the number, such as `hotfix-20250801`; empty for most. */
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

/**
 * Orders two versions: negative when `left` is older, 0 when equal, positive when newer.
 *
 * A build without a release number comes after every release: nightlies are cut from the newest code.
 */
export function compareServerVersions(left: ServerVersion, right: ServerVersion): number {
  if (left.release !== null && right.release !== null) {
    return (
      left.release[0] - right.release[0] ||
      left.release[1] - right.release[1] ||
      left.release[2] - right.release[2]
    )
  }
  if (left.release !== null) return -1
  if (right.release !== null) return 1
  return (left.build ?? Infinity) === (right.build ?? Infinity)
    ? 0
    : (left.build ?? Infinity) - (right.build ?? Infinity)
}

/** The version for people: `4.2.0`, `build 20260826`, or the whole text of a server that is not MatrixOne. */
export function formatServerVersion(version: ServerVersion): string {
  if (!version.isMatrixOne) return version.text
  const suffix = version.suffix === '' ? '' : `-${version.suffix}`
  if (version.release !== null) return version.release.join('.') + suffix
  return version.build === null ? `unnumbered build${suffix}` : `build ${version.build}${suffix}`
}
