import { isSnapshotText, serializeSnapshot, snapshotDigest } from 'kysely-matrixone/schema'
import type { SchemaModel } from 'kysely-matrixone/schema'
import type { Settings } from '../config/settings.js'
import { ConfigurationError, type ExitCode } from '../errors.js'
import { printableJson } from '../report/printable.js'
import { hasDigest, notOurs, readIfThere, readStart, writeAtomically } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { loadSource, readModel } from './source.js'
import { withinTarget } from './within-target.js'

/** `mo-codegen snapshot`: writes the schema of each target as JSON for CI, where it has changed. */
export async function snapshot(
  targets: readonly [Settings, ...Settings[]],
  output: Output,
): Promise<ExitCode> {
  refuseMixedPrint(targets)
  for (const settings of targets) {
    await withinTarget(settings, () => snapshotOne(settings, output))
  }
  return 0
}

async function snapshotOne(settings: Settings, output: Output): Promise<void> {
  if (!settings.print && settings.snapshotFile === null) {
    throw new ConfigurationError(
      'No file for the snapshot: snapshotFile is false.\nName one with --snapshot-file, or use --print.',
    )
  }
  if (!settings.print && !settings.force) refuseForeignSnapshot(settings)
  const { model } = await loadSource(settings, output)
  if (settings.print) output.print(printableJson(serializeSnapshot(model)))
  else writeSnapshot(settings, model, output)
}

/** Writes the snapshot file unless it has the same content, in any layout. */
export function writeSnapshot(settings: Settings, model: SchemaModel, output: Output): void {
  const { snapshotFile } = settings
  if (snapshotFile === null) return
  if (saysTheSame(snapshotFile, model)) {
    output.info(`${snapshotFile.shown} is up to date.`)
    return
  }
  writeAtomically(snapshotFile, serializeSnapshot(model))
  output.info(`Wrote ${snapshotFile.shown}.`)
}

/** A formatter or minifier may have changed the layout, which `check` accepts too. */
function saysTheSame(file: ProjectFile, model: SchemaModel): boolean {
  const digest = snapshotDigest(model)
  const isSame = hasDigest(file, digest)
  if (isSame !== false) return isSame ?? false
  const existing = readableModel(readIfThere(file) ?? '', file)
  return existing !== undefined && snapshotDigest(existing) === digest
}

/** Only snapshots of ours are overwritten, damaged ones included. */
export function refuseForeignSnapshot({ snapshotFile }: Settings): void {
  if (snapshotFile === null) return
  const start = readStart(snapshotFile)
  if (start === undefined || isSnapshotText(start)) return
  const existing = readIfThere(snapshotFile) ?? ''
  if (existing.trim() === '') return
  if (readableModel(existing, snapshotFile) !== undefined) return
  throw notOurs(snapshotFile, 'file with --snapshot-file')
}

function readableModel(text: string, file: ProjectFile): SchemaModel | undefined {
  try {
    return readModel(text, file.shown)
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined
    throw error
  }
}

/** The texts of several targets in one stream would be the text of none. */
export function refuseMixedPrint([{ print }, ...others]: readonly [Settings, ...Settings[]]): void {
  if (!print || others.length === 0) return
  throw new ConfigurationError(
    'There are several targets, and --print writes one.\nChoose it with --target.',
  )
}
