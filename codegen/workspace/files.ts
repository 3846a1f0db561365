import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { digestOf } from 'kysely-matrixone/schema'
import { ConfigurationError } from '../errors.js'
import type { ProjectFile } from './project-file.js'

/** The text of a file; undefined when there is none. */
export function readIfThere(file: ProjectFile): string | undefined {
  return readBytes(file)?.toString('utf8')
}

/** The first characters of a file: decoding all of a large one takes some milliseconds; undefined when there is none. */
export function readStart(file: ProjectFile): string | undefined {
  return readBytes(file)?.toString('utf8', 0, 1_000)
}

function readBytes({ path, shown }: ProjectFile): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return undefined
    if (code === 'ENOTDIR') throw notAFolder(shown, error)
    const hint = code === 'EACCES' || code === 'EPERM' ? '\nMay this user read it?' : ''
    throw new ConfigurationError(`${shown} cannot be read (${code}).${hint}`, { cause: error })
  }
}

/** The digest of a file's bytes; undefined without a file. */
export function digestOfFile(file: ProjectFile): string | undefined {
  const bytes = readBytes(file)
  return bytes && digestOf(bytes)
}

/**
 * Whether a file has exactly this content, apart from line ends; undefined without a file. Its bytes
 * are hashed: decoding the text of a large schema takes longer than reading it from the database.
 */
export function hasDigest(file: ProjectFile, digest: string): boolean | undefined {
  const bytes = readBytes(file)
  if (bytes === undefined) return undefined
  if (digestOf(bytes) === digest) return true
  return digestOf(normalizeLineEnds(bytes.toString('utf8'))) === digest
}

/**
 * Writes a file completely or not at all, even in a crash. Missing folders are created; a symbolic
 * link stays one, and so does a device or pipe: `--reporter json=/dev/null` must not replace the device.
 * Permissions stay.
 *
 * @throws {ConfigurationError} when the file cannot be written
 */
export function writeAtomically({ path, shown }: ProjectFile, text: string): void {
  const target = realPath(path)
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`)
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found !== undefined && isDevice(found)) return writeFileSync(path, text)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(temporary, text)
    if (found !== undefined) chmodSync(temporary, found.mode)
    renameSync(temporary, target)
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'EEXIST') throw notAFolder(shown, error)
    rmSync(temporary, { force: true })
    const code = codeOf(error)
    throw new ConfigurationError(`${shown} cannot be written (${code}).${permissionHint(code)}`, {
      cause: error,
    })
  }
}

/** The refusal to overwrite a file that mo-codegen has not written; `alternative` says what to choose instead. */
export function notOurs({ shown }: ProjectFile, alternative: string): ConfigurationError {
  return new ConfigurationError(
    `${shown} was not written by mo-codegen, so it is not overwritten.\nChoose another ${alternative}, or overwrite it with --force.`,
  )
}

/**
 * Removes a file.
 *
 * @throws {ConfigurationError} when it cannot be removed
 */
export function removeFile({ path, shown }: ProjectFile): void {
  try {
    rmSync(path)
  } catch (error) {
    throw new ConfigurationError(
      `${shown} cannot be removed (${codeOf(error)}).\nRemove it by hand.`,
      {
        cause: error,
      },
    )
  }
}

/** A text without the byte order mark that editors of Windows write. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '')
}

/** The text with `\n` line ends and without a byte order mark: git or an editor may have changed both. */
export function normalizeLineEnds(text: string): string {
  return withoutMark(text).replaceAll('\r\n', '\n')
}

/** Whether a merge has left its markers in a text with `\n` line ends. */
export function isConflicted(text: string): boolean {
  return /^<{7} .*\n[^]*^>{7} /m.test(text)
}

/** A device, a pipe or a socket: `/dev/stdout`, or `>(gzip)` of a shell. */
function isDevice(found: Stats): boolean {
  return !found.isFile() && !found.isDirectory()
}

/** The end of symbolic links, also of one to a file that is still to come. */
function realPath(path: string, links = 0): string {
  try {
    return realpathSync(path)
  } catch {
    const target = links < maxLinks ? linkTarget(path) : undefined
    return target === undefined ? path : realPath(target, links + 1)
  }
}

/** As Linux: links that go round have no end. */
const maxLinks = 40

function linkTarget(path: string): string | undefined {
  try {
    return resolve(realpathSync(dirname(path)), readlinkSync(path))
  } catch {
    return undefined
  }
}

function notAFolder(shown: string, cause: unknown): ConfigurationError {
  return new ConfigurationError(
    `${shown} cannot be written: a part of the path is a file, not a folder.\nChoose another place.`,
    { cause },
  )
}

function permissionHint(code: string): string {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes(code)
    ? '\nMay this user write there? Choose another place.'
    : '\nChoose another place.'
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'unknown error'
}
