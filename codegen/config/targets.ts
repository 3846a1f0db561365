/** The settings of each target of a configuration file that a command is for. */
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { folderOf } from '../emit/typescript/table-files.js'
import { ConfigurationError } from '../errors.js'
import { printable } from '../report/printable.js'
import type { Surroundings } from '../workspace/streams.js'
import { findClosest } from './closest.js'
import type { CodegenConfig, NamedTarget } from './config.js'
import type { Flags } from './flags.js'
import type { OptionKey } from './option-row.js'
import { loadConfiguration, resolveWith, type Settings, type SourceSettings } from './settings.js'

/**
 * Resolves the settings of every target, or of the ones given by `--target`; a file without targets has
 * one without a name. Targets that read the same database share one `source`.
 *
 * @throws {ConfigurationError} when a file is missing, an option cannot be right, or two targets
 *   would write one file
 */
export async function resolveTargets(
  flags: Flags,
  around: Surroundings,
): Promise<readonly Settings[]> {
  const loaded = await loadConfiguration(flags, around)
  const { config, shown } = loaded
  const chosen = chooseTargets(config, flags.target, shown)
  refuseSharedUrl(flags, chosen)
  const all = chosen.map((target) => resolveWith(loaded, flags, around, target))
  refuseSharedFiles(all)
  return shareOptions(shareSources(all), config, flags)
}

/** Says which options of a target are those of other targets too. */
function shareOptions(
  all: readonly Settings[],
  { targets = [], ...config }: CodegenConfig,
  flags: Flags,
): readonly Settings[] {
  const unread = targets.filter(({ name }) => all.every(({ target }) => target !== name))
  return all.map((settings) => {
    const own = targets.find(({ name }) => name === settings.target)
    const shared = namingOptions.filter(
      (key) => config[key] !== undefined && own?.[key] === undefined && flags[key] === undefined,
    )
    const others = unread.some(({ source }) => !isDeepStrictEqual(source, own?.source))
      ? 'unread'
      : all.filter(({ source }) => source !== settings.source)
    const sharesIgnores = unread.length > 0 && own?.ignore === undefined
    if (shared.length === 0 || others.length === 0) return { ...settings, sharesIgnores }
    return { ...settings, sharesIgnores, sharing: { options: shared, others } }
  })
}

/** The options that name tables or columns. */
const namingOptions = [
  'include',
  'exclude',
  'columnTypes',
  'overrides',
  'nonNull',
  'slices',
  'interfaceNames',
] as const satisfies readonly OptionKey[]

/**
 * Resolves the settings of the whole file, or of the one target given by `--target`, for a command
 * that has no use for several.
 */
export async function resolveSettings(flags: Flags, around: Surroundings): Promise<Settings> {
  const { target: names } = flags
  const [first, ...more] =
    names === undefined
      ? [resolveWith(await loadConfiguration(flags, around), flags, around)]
      : await resolveTargets(flags, around)
  if (first !== undefined && more.length === 0) return first
  throw new ConfigurationError('This command takes the options of one target only.')
}

function chooseTargets(
  { targets }: CodegenConfig,
  names: readonly string[] | undefined,
  shown: string,
): readonly (NamedTarget | undefined)[] {
  if (names === undefined) return targets ?? [undefined]
  if (targets === undefined) {
    throw new ConfigurationError(
      `--target needs targets to choose from, and ${shown === '' ? 'there is no configuration file' : `${shown} has none`}.\n` +
        "Write: targets: [{ name: 'app', outFile: 'app/db.ts' }].",
    )
  }
  const known = targets.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown === undefined) return targets.filter(({ name }) => names.includes(name))
  const meant = findClosest(unknown, known)
  throw new ConfigurationError(
    `${shown} has no target ${printable(unknown)}.\n` +
      (meant === undefined
        ? `The targets are ${known.map(printable).join(', ')}.`
        : `Did you mean ${printable(meant)}?`),
  )
}

/** A flag wins over the file, and here that would read all targets from one database. */
function refuseSharedUrl({ url }: Flags, targets: readonly (NamedTarget | undefined)[]): void {
  const owner = targets.find((target) => target?.source?.url !== undefined)
  if (url === undefined || owner === undefined || targets.length < 2) return
  throw new ConfigurationError(
    `--url would take the place of the database of target ${printable(owner.name)} too, which has its own.\nChoose with --target.`,
  )
}

function refuseSharedFiles(all: readonly Settings[]): void {
  const writers = new Map<string, Settings>()
  for (const settings of all) {
    const { outFile, snapshotFile } = settings
    const other = writers.get(outFile.path)
    if (other !== undefined) throw sharedFile(outFile.shown, other, settings, 'outFile')
    writers.set(outFile.path, settings)
    const sharer = snapshotFile && writers.get(snapshotFile.path)
    if (sharer && describesOther(sharer, settings)) {
      throw sharedFile(snapshotFile.shown, sharer, settings, 'snapshotFile')
    }
    if (snapshotFile) writers.set(snapshotFile.path, settings)
  }
  for (const owner of all) {
    const intruder = all.find((other) => other !== owner && isInTableFolder(other, owner))
    if (intruder) throw sharedFolder(owner, intruder)
  }
}

/** A target would overwrite a table's file of the other, or remove all of them as those of tables that are gone. */
function isInTableFolder({ outFile }: Settings, { outFile: index, emit }: Settings): boolean {
  const folder = folderOf(index.path)
  return (
    emit.layout === 'file-per-table' &&
    (dirname(outFile.path) === folder || folderOf(outFile.path) === folder)
  )
}

function sharedFolder(owner: Settings, { target: intruder }: Settings): ConfigurationError {
  const name = printable(owner.target ?? '')
  return new ConfigurationError(
    `The targets ${name} and ${printable(intruder ?? '')} would both write into ${folderOf(owner.outFile.shown)}, where ${name} has the files of its tables.\nGive each an outFile in a folder of its own.`,
  )
}

/** Whether the schemas of two targets differ, so that one snapshot file cannot hold both. */
function describesOther(one: Settings, other: Settings): boolean {
  const selected = ({ source, patterns, migrationTables }: Settings): string =>
    JSON.stringify([source.url?.value, source.databases, source.at, patterns, migrationTables])
  return selected(one) !== selected(other)
}

function sharedFile(
  shown: string,
  { target: one }: Settings,
  { target: other }: Settings,
  option: string,
): ConfigurationError {
  const names = [one, other].map((name) => printable(name ?? '')).join(' and ')
  return new ConfigurationError(
    `The targets ${names} would both write ${shown}.\nGive each its own ${option}, or choose with --target.`,
  )
}

function shareSources(all: readonly Settings[]): readonly Settings[] {
  const known = new Map<string, SourceSettings>()
  return all.map((settings) => {
    const { url, ...more } = settings.source
    const key = JSON.stringify([url?.value, more])
    const source = known.get(key) ?? settings.source
    known.set(key, source)
    return { ...settings, source }
  })
}
