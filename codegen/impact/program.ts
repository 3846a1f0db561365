/**
 * The user's program, checked against types that are not on the disk. ts-morph's compiler does it,
 * whatever compiler the program is built with: TypeScript 7 has no API in JavaScript.
 */
import { Project, type SourceFile, ts } from 'ts-morph'
import type { EmittedFile } from '../emit/typescript/emit-options.js'
import { isTableFile } from '../emit/typescript/header.js'
import { readTypes } from './read-types.js'
import { ConfigurationError, messageOf } from '../errors.js'
import { printable } from '../report/printable.js'
import type { ProjectFile } from '../workspace/project-file.js'
import { namedReferences, resolveIntoSources } from './referenced-sources.js'

/** An error that the new types cause. */
export interface NewError {
  readonly file: ts.SourceFile
  readonly start: number
  readonly length: number
  readonly code: number
  /** First line. */
  readonly message: string
}

/** The program of a tsconfig.json. */
export class UserProgram {
  readonly #project: Project
  readonly #generated: SourceFile
  #types: ReadonlyMap<string, readonly string[]> | undefined

  private constructor(project: Project, generated: SourceFile) {
    this.#project = project
    this.#generated = generated
  }

  /**
   * Loads the program; undefined where it is that of another target.
   *
   * @throws {ConfigurationError} when none of the generated files is in the program
   */
  static load(
    tsconfig: ProjectFile,
    generated: ProjectFile,
    others: readonly ProjectFile[],
  ): UserProgram | undefined {
    const project = openProject(tsconfig)
    const found = project.getSourceFile(generated.path)
    if (found !== undefined) return new UserProgram(project, found)
    if (others.some(({ path }) => project.getSourceFile(path))) return undefined
    throw new ConfigurationError(
      `${generated.shown} is not a file of the program of ${tsconfig.shown}: nothing imports it there, or only ` +
        `what was built of it.\n${adviceFor(tsconfig)}`,
    )
  }

  /** The program's own files. */
  get files(): readonly ts.SourceFile[] {
    return this.#project
      .getSourceFiles()
      .filter((file) => !this.#isGenerated(file) && !file.isInNodeModules())
      .map(({ compilerNode }) => compilerNode)
  }

  /** The interface of a table, the types of its rows and its enums; the enum of a column, `articles.lang`. */
  typesOf(table: string): readonly string[] {
    this.#types ??= readTypes(
      this.#project.getSourceFiles().filter((file) => this.#isGenerated(file)),
    )
    return this.#types.get(table) ?? []
  }

  /**
   * Errors that are there with these types and not with those on the disk. Nothing is written.
   *
   * @param gone files of tables that are gone
   */
  findNewErrors(types: readonly EmittedFile[], gone: readonly ProjectFile[]): readonly NewError[] {
    const paths = [...types, ...gone].map(({ path }) => path)
    const old = paths.map((path) => ({ path, text: this.#textOf(path) }))
    for (const { path, text } of types) this.#write(path, text)
    // Only in the project: nothing is saved.
    for (const { path } of gone) this.#project.getSourceFile(path)?.delete()
    const errors = this.#check()
    if (errors.length === 0) return []
    for (const { path, text } of old) if (text !== undefined) this.#write(path, text)
    const files = new Set(errors.map(({ file }) => file.fileName))
    const known = new Set(this.#check(files).map(keyOf))
    return errors.filter((error) => !known.has(keyOf(error)))
  }

  /** The generated file, and the files of its tables. */
  #isGenerated(file: SourceFile): boolean {
    return file === this.#generated || isTableFile(file.getFullText())
  }

  #textOf(path: string): string | undefined {
    return this.#project.getSourceFile(path)?.getFullText()
  }

  /** In memory; a file of a new table is added to the program. */
  #write(path: string, text: string): void {
    const found = this.#project.getSourceFile(path)
    if (found === undefined) this.#project.createSourceFile(path, text, { overwrite: true })
    else found.replaceWithText(text)
  }

  #check(only?: ReadonlySet<string>): readonly NewError[] {
    const program = this.#project.getProgram().compilerObject
    const own = new Set(this.files.map(({ fileName }) => fileName))
    return program.getSourceFiles().flatMap((source) => {
      const isWanted = own.has(source.fileName) && (only === undefined || only.has(source.fileName))
      if (!isWanted) return []
      return program.getSemanticDiagnostics(source).flatMap(({ file, start, length, ...error }) => {
        if (file === undefined || start === undefined) return []
        const message = ts.flattenDiagnosticMessageText(error.messageText, '\n')
        return [{ file, start, length: length ?? 0, code: error.code, message }]
      })
    })
  }
}

/** @throws {ConfigurationError} when the tsconfig.json, or one that it extends, cannot be read */
function openProject({ path, shown }: ProjectFile): Project {
  const unreadable = (why: string, cause?: unknown): ConfigurationError =>
    new ConfigurationError(`${shown} cannot be read: ${printable(why)}\nCorrect it.`, { cause })
  let project: Project
  try {
    const resolutionHost = resolveIntoSources(path)
    project = new Project({ tsConfigFilePath: path, ...(resolutionHost && { resolutionHost }) })
  } catch (error) {
    throw unreadable(messageOf(error), error)
  }
  const missing = project
    .getConfigFileParsingDiagnostics()
    .find((diagnostic) => unreadableCodes.has(diagnostic.getCode()))
  if (missing === undefined) return project
  throw unreadable(ts.flattenDiagnosticMessageText(missing.compilerObject.messageText, '\n'))
}

/** Of a file that `extends` names. The program of the rest would be checked by other rules than tsc's. */
const unreadableCodes: ReadonlySet<number> = new Set([5012, 5083, 6053])

/** A solution has no files of its own: tsc -b builds the programs that it refers to. */
function adviceFor({ path }: ProjectFile): string {
  const others = namedReferences(path)
  return others.length === 0
    ? 'Name the tsconfig.json of the program that imports it.'
    : `It refers to ${others.map(printable).join(', ')}: name the one that imports the file.`
}

/** Without the message, which may show a type that has changed. */
function keyOf({ file, start, code }: NewError): string {
  return JSON.stringify([file.fileName, start, code])
}
