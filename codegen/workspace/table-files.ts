/** The files of single tables, beside the generated file that is their index. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EmittedFile } from '../emit/typescript/emit-options.js'
import { headerOf, isTableFile } from '../emit/typescript/header.js'
import { folderOf } from '../emit/typescript/table-files.js'
import { normalizeLineEnds, readIfThere } from './files.js'
import {
  emitAll,
  type GeneratedFileState,
  inspectGeneratedFile,
  type WantedTypes,
} from './generated-file.js'
import { projectFile, type ProjectFile } from './project-file.js'

/** A file of a table, as it is on the disk and as it would be written. */
export interface TableFile {
  readonly file: ProjectFile
  /** Undefined for none. */
  readonly existing: string | undefined
  readonly state: GeneratedFileState | undefined
  readonly text: string
}

/** Compares the files of all tables with what is on the disk; none in a layout of one file. */
export async function inspectTableFiles(
  wanted: WantedTypes,
  cwd: string,
): Promise<readonly TableFile[]> {
  if (wanted.options.layout !== 'file-per-table') return []
  const [, ...files] = await emitAll(wanted)
  return Promise.all(files.map((emitted) => inspect(emitted, cwd)))
}

async function inspect({ path, text }: EmittedFile, cwd: string): Promise<TableFile> {
  const file = projectFile(cwd, path)
  const existing = readIfThere(file)
  const header = headerOf(text)
  if (existing === undefined || header === null) return { file, existing, state: undefined, text }
  const state = await inspectGeneratedFile(existing, { header, write: async () => text })
  return { file, existing, state, text }
}

/**
 * Files of tables that are not wanted: their tables are gone, or the layout is another now. Only files that
 * mo-codegen has marked as that of a table count, so nothing else is ever removed.
 */
export function findOrphans(
  outFile: ProjectFile,
  wanted: readonly { readonly file: ProjectFile }[],
  cwd: string,
): readonly ProjectFile[] {
  const paths = new Set(wanted.map(({ file }) => file.path))
  return listTableFiles(outFile, cwd).filter((file) => !paths.has(file.path))
}

/** The files of tables that are on the disk. */
export function listTableFiles(outFile: ProjectFile, cwd: string): readonly ProjectFile[] {
  const folder = folderOf(outFile.path)
  return listFolder(folder)
    .filter((name) => /\.[cm]?ts$/i.test(name))
    .map((name) => projectFile(cwd, join(folder, name)))
    .filter((file) => isTableFile(normalizeLineEnds(readIfThere(file) ?? '')))
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .toSorted()
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
