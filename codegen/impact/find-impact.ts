/** Checks the user's program against the types of the actual schema, in memory. */
import type { ts } from 'ts-morph'
import { type CamelCaseOptions, nameMapper } from '../emit/typescript/camel-case.js'
import type { EmittedFile } from '../emit/typescript/emit-options.js'
import type { Breakage, FileLocation, Impact, ReportedFinding } from '../report/report.js'
import { projectFile, type ProjectFile } from '../workspace/project-file.js'
import { listTableFiles } from '../workspace/table-files.js'
import { attribute, type NamedFinding } from './attribute.js'
import { UserProgram } from './program.js'
import { findSqlUses } from './sql-uses.js'

/** Everything that an impact follows from. */
export interface ImpactQuestion {
  readonly cwd: string
  readonly tsconfig: ProjectFile
  readonly generated: ProjectFile
  /** The generated files of other targets: the program may be that of one of these. */
  readonly others: readonly ProjectFile[]
  /** The generated files for the actual schema. */
  readonly types: readonly EmittedFile[]
  readonly findings: readonly ReportedFinding[]
  /** The names of all tables of both sides. */
  readonly tables: readonly string[]
  readonly camelCase: boolean | CamelCaseOptions
}

/**
 * Finds what breaks, by finding: errors that the types of the actual schema cause, and SQL text that
 * names a changed column.
 *
 * @throws {ConfigurationError} when the tsconfig.json is not that of a program with the generated file
 */
export function findImpact(question: ImpactQuestion): Impact {
  const { cwd, tsconfig, generated, others, types } = question
  const program = UserProgram.load(tsconfig, generated, others)
  if (program === undefined) return { program: tsconfig.shown, findings: [] }
  const named = nameFindings(question, program)
  const nameOf = nameMapper(question.camelCase)
  const tables = question.tables.flatMap((name) => [...new Set([name, nameOf(name)])])
  const written = new Set(types.map(({ path }) => path))
  const gone = listTableFiles(generated, cwd).filter(({ path }) => !written.has(path))
  const groups = new Map<ReportedFinding | null, Breakage[]>()
  const add = (finding: ReportedFinding | null, breakage: Breakage): void => {
    groups.set(finding, [...(groups.get(finding) ?? []), breakage])
  }
  for (const error of program.findNewErrors(types, gone)) {
    const { file, start, code, message } = error
    add(attribute(error, named, tables), {
      location: locationOf(cwd, file, start),
      code: `TS${code}`,
      message: message.split('\n', 1)[0] ?? '',
    })
  }
  const breaking = named.filter(
    ({ finding: { severity, ruleId } }) => severity === 'breaking' && !ruleId.endsWith('-added'),
  )
  for (const file of program.files) {
    for (const { named: use, start, text } of findSqlUses(file, breaking, tables)) {
      add(use.finding, { location: locationOf(cwd, file, start), code: null, message: text })
    }
  }
  const order = [...question.findings, null]
  return {
    program: tsconfig.shown,
    findings: order.flatMap((finding) => {
      const breakages = groups.get(finding)
      return breakages === undefined ? [] : [{ finding, breakages }]
    }),
  }
}

function nameFindings(
  { findings, camelCase }: ImpactQuestion,
  program: UserProgram,
): readonly NamedFinding[] {
  const nameOf = nameMapper(camelCase)
  return findings.flatMap((finding) => {
    const { table, column } = finding
    if (table === undefined) return []
    const own = { table: nameOf(table), column: column && nameOf(column) }
    const types = program.typesOf(own.table)
    return [{ finding, ...own, types, enums: program.typesOf(`${own.table}.${own.column ?? ''}`) }]
  })
}

function locationOf(cwd: string, file: ts.SourceFile, start: number): FileLocation {
  const { line, character } = file.getLineAndCharacterOfPosition(start)
  return { file: projectFile(cwd, file.fileName).shown, line: line + 1, column: character + 1 }
}
