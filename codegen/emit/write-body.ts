import { createRequire } from 'node:module'
import type { ts as compiler } from 'ts-morph'
import type { SchemaModel } from '../schema/schema-model.js'
import { sortModel } from '../schema/sort-model.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { planTables } from './plan-tables.js'
import { writeDeclarations } from './write-declarations.js'

const require = createRequire(import.meta.url)

/**
 * Writes everything below the header with ts-morph's writer, and lets its compiler look at it. One
 * writer for the whole file: `addInterface` parses the file again at each call (30 s for 1,000
 * tables), and a `Project` would bind and link what is only written out (three times the parsing).
 */
export function writeBody(model: SchemaModel, options: ResolvedEmitOptions): string {
  const plan = planTables(sortModel(model), options)
  // A third of a run's time goes into loading ts-morph, so only when a file is really written; and
  // by require, because import() first searches its 10 MB for the names that they export.
  const { CodeBlockWriter, ts } = require('ts-morph') as typeof import('ts-morph')
  const writer = new CodeBlockWriter({ indentNumberOfSpaces: 2, newLine: '\n' })
  writeDeclarations(writer, plan)
  const text = writer.toString()
  refuseIntruders(text, ts)
  return text
}

/** Nothing of a database may become anything but a type: not a statement, not half a one. */
function refuseIntruders(text: string, ts: typeof compiler): void {
  const file = ts.createSourceFile('db.ts', text, {
    languageVersion: ts.ScriptTarget.ES2022,
    // Comments are checked by their ends, and reading them takes as long as all the rest.
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  })
  const writtenKinds: ReadonlySet<number> = new Set([
    ts.SyntaxKind.ImportDeclaration,
    ts.SyntaxKind.InterfaceDeclaration,
    ts.SyntaxKind.TypeAliasDeclaration,
  ])
  const { parseDiagnostics } = file as unknown as {
    readonly parseDiagnostics: readonly { readonly start: number }[]
  }
  const intruder = file.statements.find(({ kind }) => !writtenKinds.has(kind))
  const at = parseDiagnostics[0]?.start ?? intruder?.getStart(file)
  if (at === undefined) return
  throw new Error(
    `mo-codegen wrote something that is not a type, so it was thrown away: ${text.slice(at, at + 60)}\n` +
      'This is a bug of mo-codegen: please report it with that text.',
  )
}
