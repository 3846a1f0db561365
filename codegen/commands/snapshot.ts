import {
  isSnapshotText,
  type SchemaModel,
  serializeSnapshot,
  snapshotDigest,
} from 'kysely-matrixone/schema'
import { shownPath, type Settings } from '../config/settings.js'
import { ConfigurationError, type ExitCode } from '../errors.js'
import { hasDigest, readIfThere, writeAtomically } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import { loadSource, type SourceFlags } from './source.js'

/** What only `snapshot` can be told. */
export interface SnapshotFlags extends SourceFlags {
  readonly print?: boolean
  readonly force?: boolean
}

/** `mo-codegen snapshot`: writes the schema as JSON for CI, where it has changed. */
export async function snapshot(
  settings: Settings,
  flags: SnapshotFlags,
  output: Output,
): Promise<ExitCode> {
  if (!flags.print && settings.snapshotFile === null) {
    throw new ConfigurationError(
      'There is no place for the snapshot: the configuration says snapshotFile: false.\nName one with --snapshot-file, or use --print.',
    )
  }
  if (!flags.print && !flags.force) refuseForeignSnapshot(settings)
  const { model } = await loadSource(settings, flags, output)
  if (flags.print) output.print(serializeSnapshot(model))
  else writeSnapshot(settings, model, output)
  return 0
}

/** Writes the snapshot file unless it says the same already, whatever its line ends. */
export function writeSnapshot(settings: Settings, model: SchemaModel, output: Output): void {
  if (settings.snapshotFile === null) return
  const shown = shownPath(settings.cwd, settings.snapshotFile)
  if (hasDigest(settings.snapshotFile, shown, snapshotDigest(model))) {
    output.info(`${shown} is up to date.`)
    return
  }
  writeAtomically(settings.snapshotFile, serializeSnapshot(model), shown)
  output.info(`Wrote ${shown}.`)
}

/** A snapshot of ours, even a damaged one, may be written again; anything else may not. */
export function refuseForeignSnapshot(settings: Settings): void {
  if (settings.snapshotFile === null) return
  const shown = shownPath(settings.cwd, settings.snapshotFile)
  const existing = readIfThere(settings.snapshotFile, shown)
  if (existing === undefined || existing.trim() === '' || isSnapshotText(existing)) return
  throw new ConfigurationError(
    `${shown} was not written by mo-codegen, so it is not overwritten.\nChoose another file with --snapshot-file, or overwrite it with --force.`,
  )
}
