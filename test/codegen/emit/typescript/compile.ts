/**
 * Compiles emitted files in process, by the TypeScript that ts-morph carries: kysely is the
 * installed one, kysely-matrixone the column types of `src/`, so no build has to be current.
 */
import { fileURLToPath } from 'node:url'
import { Project, ts } from 'ts-morph'

const here = fileURLToPath(new URL('.', import.meta.url))
const source = fileURLToPath(new URL('../../../../src/', import.meta.url))

const project = new Project({
  compilerOptions: {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    isolatedDeclarations: true,
    erasableSyntaxOnly: true,
    noUnusedLocals: true,
    declaration: true,
    skipLibCheck: true,
    noEmit: true,
    paths: { 'kysely-matrixone': [`${here}kysely-matrixone.stand-in.ts`] },
  },
})
project.createSourceFile(
  `${here}kysely-matrixone.stand-in.ts`,
  ['types/column-types', 'types/indexes', 'schema/value']
    .map((name) => `export * from '${source}${name}.js'\n`)
    .join(''),
)

/** The problems that `tsc --strict` reports for these texts, each a file; none when they are right. */
export function problemsOf(texts: readonly string[]): readonly string[] {
  return withFiles(texts, (files, program) =>
    files.flatMap((file, at) =>
      [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
        ...program.getDeclarationDiagnostics(file),
      ].map(({ start, messageText }) => {
        const line = file.getLineAndCharacterOfPosition(start ?? 0).line
        const text = ts.flattenDiagnosticMessageText(messageText, '\n')
        return `${text}\n  in: ${texts[at]?.split('\n')[line]}`
      }),
    ),
  )
}

/** An emitted file as TypeScript understands it: members by interface, literals by member. */
export interface Understood {
  readonly interfaces: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>
  /** Tags such as `@deprecated` in any comment: the database must not be able to make one. */
  readonly tags: readonly string[]
  /** `{@link …}` and the like in any comment. */
  readonly links: readonly string[]
}

/** Reads back names, string literal types and comment tags with TypeScript's own parser. */
export function understand(text: string): Understood {
  const file = ts.createSourceFile('emitted.ts', text, ts.ScriptTarget.ES2023, true)
  const interfaces = new Map<string, Map<string, readonly string[]>>()
  const tags: string[] = []
  const links: string[] = []
  const visit = (node: ts.Node): void => {
    for (const doc of ts.getJSDocCommentsAndTags(node)) {
      if (!ts.isJSDoc(doc)) continue
      tags.push(...(doc.tags ?? []).map((tag) => tag.getText(file)))
      if (typeof doc.comment === 'object')
        links.push(...doc.comment.map((part) => part.getText(file)))
    }
    if (ts.isInterfaceDeclaration(node)) {
      const members = new Map<string, readonly string[]>()
      for (const member of node.members) {
        const name = member.name
        if (!name || ts.isComputedPropertyName(name) || !ts.isPropertySignature(member)) continue
        const key = ts.isStringLiteral(name) ? name.text : ts.idText(name as ts.Identifier)
        members.set(key, literalsIn(member))
      }
      interfaces.set(ts.idText(node.name), members)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { interfaces, tags, links }
}

function literalsIn(member: ts.PropertySignature): readonly string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal))
      found.push(node.literal.text)
    ts.forEachChild(node, visit)
  }
  if (member.type) visit(member.type)
  return found
}

/** Compiles the texts together, for as long as `use` runs. */
export function withFiles<Result>(
  texts: readonly string[],
  use: (files: readonly ts.SourceFile[], program: ts.Program) => Result,
): Result {
  const files = texts.map((text, at) => project.createSourceFile(`${here}emitted-${at}.ts`, text))
  try {
    const program = project.getProgram().compilerObject
    return use(
      files.map((file) => file.compilerNode),
      program,
    )
  } finally {
    for (const file of files) file.forget()
  }
}
