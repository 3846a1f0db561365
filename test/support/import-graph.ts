import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ts } from 'ts-morph'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** One import or re-export, `import('…')` of a value or a type included. */
export interface Import {
  /** A path from the root without extension. */
  readonly from: string
  /** A path from the root without extension, or a package's name. */
  readonly to: string
  /** Erased by the compiler. */
  readonly typeOnly: boolean
  /** `import('…')` of a value, which loads when it is called. */
  readonly lazy: boolean
}

/** Paths of the TypeScript files of a folder, from the root. */
export function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith('.ts') && !/(^|\/)(dist|node_modules|output)\//.test(path))
}

export function readSource(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Everything that a file imports, as the compiler reads it. */
export function importsOf(path: string): readonly Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, lazy = false): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return
    const from = path.replace(/\.ts$/, '')
    found.push({ from, to: resolve(path, specifier.text), typeOnly, lazy })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node))
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, readSource(path), ts.ScriptTarget.ESNext))
  return found
}

function isErased({ importClause }: ts.ImportDeclaration): boolean {
  return importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}

function resolve(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return relative(ROOT, join(ROOT, dirname(path), specifier)).replace(/\.js$/, '')
}

/** The circles of a graph, each as the sorted files of one knot (Tarjan's components). */
export function findCircles(imports: readonly Import[]): readonly (readonly string[])[] {
  const targets = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    targets.set(from, (targets.get(from) ?? new Set()).add(to))
  }
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []
  const visit = (file: string): number => {
    const place = order.size
    order.set(file, place)
    lowest.set(file, place)
    open.push(file)
    for (const target of targets.get(file) ?? []) {
      const reached = order.has(target)
        ? open.includes(target)
          ? (order.get(target) ?? place)
          : place
        : visit(target)
      lowest.set(file, Math.min(lowest.get(file) ?? place, reached))
    }
    if (lowest.get(file) === place) {
      const knot = open.splice(open.indexOf(file))
      if (knot.length > 1 || targets.get(file)?.has(file) === true) circles.push(knot.toSorted())
    }
    return lowest.get(file) ?? place
  }
  for (const file of targets.keys()) if (!order.has(file)) visit(file)
  return circles
}
