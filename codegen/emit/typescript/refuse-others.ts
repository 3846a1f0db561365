/** The proof that a generated text is nothing but types and plain data. */
import { createRequire } from 'node:module'
import type { ts as TypeScript } from 'ts-morph'
import { ConfigurationError } from '../../errors.js'
import type { ResolvedEmitOptions } from './emit-options.js'
import { isPlainlyTypes } from './plainly-types.js'

const require = createRequire(import.meta.url)

/**
 * Nothing of a database or configuration may become anything but a type or plain data: not a statement,
 * not half of one. ts-morph's compiler decides, by require, because import() first searches its 10 MB for what
 * they export.
 */
export function refuseOthers(text: string, options: ResolvedEmitOptions): void {
  if (isPlainlyTypes(text)) return
  const { ts } = require('ts-morph') as typeof import('ts-morph')
  const file = ts.createSourceFile('db.ts', text, {
    languageVersion: ts.ScriptTarget.ES2022,
    // Comments are checked by their ends, and reading them takes as long as all the rest.
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  })
  const writtenKinds: ReadonlySet<number> = new Set([
    ts.SyntaxKind.ImportDeclaration,
    ts.SyntaxKind.ExportDeclaration,
    ts.SyntaxKind.InterfaceDeclaration,
    ts.SyntaxKind.TypeAliasDeclaration,
  ])
  const { parseDiagnostics } = file as unknown as {
    readonly parseDiagnostics: readonly { readonly start: number }[]
  }
  const intruder = file.statements.find(
    (statement) =>
      !writtenKinds.has(statement.kind) &&
      !isSchemaValue(ts, statement) &&
      !isPlainEnum(ts, statement),
  )
  const at = parseDiagnostics[0]?.start ?? intruder?.getStart(file)
  if (at === undefined) return
  if (Object.keys(options.overrides).length > 0 || options.commentTypes) {
    throw new ConfigurationError(
      `A type of overrides or of a comment does not compile: ${text.slice(at, at + 60)}\nCorrect it.`,
    )
  }
  throw new Error(
    `mo-codegen wrote something that is not a type, so it was thrown away: ${text.slice(at, at + 60)}\n` +
      'This is a bug of mo-codegen: please report it with that text.',
  )
}

/** Whether a statement is `export const schema = {…} as const`, of nothing but literals. */
function isSchemaValue(ts: typeof TypeScript, statement: TypeScript.Statement): boolean {
  if (!ts.isVariableStatement(statement)) return false
  const [declaration, second] = statement.declarationList.declarations
  if (second !== undefined || declaration?.initializer === undefined) return false
  const { name, initializer } = declaration
  const isNamed = ts.isIdentifier(name) && name.text === 'schema'
  return isNamed && ts.isAsExpression(initializer) && isPlainData(ts, initializer.expression)
}

function isPlainEnum(ts: typeof TypeScript, statement: TypeScript.Statement): boolean {
  return (
    ts.isEnumDeclaration(statement) &&
    statement.members.every(({ initializer }) => initializer && ts.isStringLiteral(initializer))
  )
}

function isPlainData(ts: typeof TypeScript, node: TypeScript.Expression): boolean {
  if (ts.isStringLiteral(node) || ts.isNumericLiteral(node)) return true
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((item) => isPlainData(ts, item))
  if (!ts.isObjectLiteralExpression(node)) return false
  return node.properties.every((property) => {
    if (!ts.isPropertyAssignment(property)) return false
    const { name, initializer } = property
    const isWritten = !ts.isComputedPropertyName(name) || ts.isStringLiteral(name.expression)
    return isWritten && isPlainData(ts, initializer)
  })
}
