import type { SchemaModel } from '../schema/schema-model.js'
import { sortModel } from '../schema/sort-model.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { planTables } from './plan-tables.js'
import { writeDeclarations } from './write-declarations.js'

/**
 * Writes everything below the header through one ts-morph source file. One writer for the whole
 * file: `addInterface` parses the file again at each call (30 s for 1,000 tables).
 */
export async function writeBody(model: SchemaModel, options: ResolvedEmitOptions): Promise<string> {
  const plan = planTables(sortModel(model), options)
  // A third of a run's time goes into loading ts-morph, so only when a file is really written.
  const { Project, IndentationText, NewLineKind, SyntaxKind } = await import('ts-morph')
  const writtenKinds: ReadonlySet<number> = new Set([
    SyntaxKind.ImportDeclaration,
    SyntaxKind.InterfaceDeclaration,
    SyntaxKind.TypeAliasDeclaration,
  ])
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: {
      indentationText: IndentationText.TwoSpaces,
      newLineKind: NewLineKind.LineFeed,
    },
  })
  const file = project.createSourceFile('db.ts', (writer) => writeDeclarations(writer, plan))
  const text = file.getFullText()
  const [problem] = project.getProgram().getSyntacticDiagnostics(file)
  const intruder = file.compilerNode.statements.find(({ kind }) => !writtenKinds.has(kind))
  const at = problem?.getStart() ?? intruder?.getStart()
  if (at === undefined) return text
  throw new Error(
    `mo-codegen wrote something that is not a type, so it was thrown away: ${text.slice(at, at + 60)}\n` +
      'This is a bug of mo-codegen: please report it with that text.',
  )
}
