import type { Settings } from '../config/settings.js'
import type { ExitCode } from '../errors.js'
import { readIfThere } from '../workspace/files.js'
import { emitText, wantTypes } from '../workspace/generated-file.js'
import type { Output } from '../workspace/output.js'
import { confirmRemoved } from './confirm-removed.js'
import { removedSince } from './removed-tables.js'
import { LastRun } from './last-run.js'
import { emitOptionsFor } from './select-tables.js'
import { loadSource, tablesElsewhere } from './source.js'
import { refuseForeignSnapshot, refuseMixedPrint, writeSnapshot } from './snapshot.js'
import { withinTarget } from './within-target.js'
import { refuseForeignFile, sayUpToDate, writeTypes } from './write-types.js'

/**
 * `mo-codegen generate`: writes the types of each target, and the snapshot beside them, where they have
 * changed.
 */
export async function generate(
  targets: readonly [Settings, ...Settings[]],
  output: Output,
): Promise<ExitCode> {
  refuseMixedPrint(targets)
  for (const settings of targets) {
    await withinTarget(settings, () => generateOne(settings, output))
  }
  return 0
}

async function generateOne(settings: Settings, output: Output): Promise<void> {
  if (settings.print) {
    const source = await loadSource(settings, output)
    // One stream is one file.
    const elsewhere = await tablesElsewhere(settings, output)
    const emit = { ...emitOptionsFor(settings, source, elsewhere), layout: 'one-file' } as const
    output.print(await emitText(wantTypes(source.model, emit)))
    return
  }
  // Before the server is asked: a file in the way is reported at once.
  const existing = readIfThere(settings.outFile)
  if (!settings.force) {
    refuseForeignFile(existing, settings.outFile)
    if (settings.from === undefined) refuseForeignSnapshot(settings)
  }
  const last = await LastRun.find(settings)
  if (last?.unchangedTables !== undefined) {
    sayUpToDate(settings, last.unchangedTables, output)
    if (settings.snapshotFile !== null) output.info(`${settings.snapshotFile.shown} is up to date.`)
    return
  }
  const [source] = await Promise.all([
    loadSource(settings, output),
    // Loaded while the server answers.
    import('../emit/typescript/emit-types.js'),
  ])
  await confirmRemoved(settings, removedSince(settings, source))
  const elsewhere = await tablesElsewhere(settings, output)
  const wanted = wantTypes(source.model, emitOptionsFor(settings, source, elsewhere))
  await writeTypes(settings, wanted, existing, output)
  if (source.file === undefined) writeSnapshot(settings, source.model, output)
  last?.remember(source)
}
