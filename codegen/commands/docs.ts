/** `mo-codegen docs`: writes the documentation of a schema, where it has changed. */
import { join } from 'node:path'
import type { Settings } from '../config/settings.js'
import type { DocumentationFile } from '../emit/docs/emit-docs.js'
import type { ExitCode } from '../errors.js'
import { normalizeLineEnds, notOurs, readIfThere, writeAtomically } from '../workspace/files.js'
import type { Output } from '../workspace/output.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'
import { loadSource, takeSnapshotFile } from './source.js'
import { withinTarget } from './within-target.js'

/** A file of the documentation, and where it goes. */
interface Placed {
  readonly file: ProjectFile
  readonly text: string
  readonly existing: string | undefined
}

/** Writes Markdown and page of each target, from a database, or from a snapshot file with `--from` or `--offline`. */
export async function docs(targets: readonly Settings[], output: Output): Promise<ExitCode> {
  for (const settings of targets) {
    await withinTarget(settings, () => documentOne(settings, output))
  }
  return 0
}

async function documentOne(given: Settings, output: Output): Promise<void> {
  const settings = takeSnapshotFile(given, 'document')
  const { model } = await loadSource(settings, output)
  const { documentationMarker, emitDocumentation } = await import('../emit/docs/emit-docs.js')
  const placed = emitDocumentation(model).map((file) => place(file, settings))
  const foreign = placed.filter(({ existing = '' }) => !existing.includes(documentationMarker))
  if (!settings.force) refuseForeign(foreign)
  for (const { file, text, existing } of placed) {
    if (existing !== undefined && normalizeLineEnds(existing) === text) {
      output.info(`${file.shown} is up to date.`)
      continue
    }
    writeAtomically(file, text)
    output.info(`Wrote ${file.shown}.`)
  }
}

function place({ name, text }: DocumentationFile, { cwd, docsDir }: Settings): Placed {
  const file = projectFile(cwd, join(docsDir.path, name))
  return { file, text, existing: readIfThere(file) }
}

function refuseForeign(foreign: readonly Placed[]): void {
  const inTheWay = foreign.find(({ existing = '' }) => existing.trim() !== '')
  if (inTheWay === undefined) return
  throw notOurs(inTheWay.file, 'folder with --out-dir')
}
