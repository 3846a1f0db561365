import { ts } from 'ts-morph'
import type { NamedFinding } from './attribute.js'
import { identifiersIn } from './words.js'

/** A tagged template `sql` whose text names what a finding is about. */
export interface SqlUse {
  readonly named: NamedFinding
  readonly start: number
  /** The text, on one line. */
  readonly text: string
}

/** Finds SQL text that names a column, or a table that is gone; no compiler reads it. */
export function findSqlUses(
  file: ts.SourceFile,
  findings: readonly NamedFinding[],
): readonly SqlUse[] {
  if (!/\bsql\b/.test(file.text)) return []
  const tags = tagsOf(file)
  const uses: SqlUse[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && isSql(node.tag, tags)) {
      const text = node.template.getText(file).replaceAll(/\s+/g, ' ')
      const isNamed = matcherFor(text)
      for (const named of findings) {
        const { column, table = '' } = named.finding
        // A plugin changes the names of sql.ref() and sql.table(), and none in the text.
        const inProgram = column === undefined ? named.table : (named.column ?? column)
        if (!isNamed(column ?? table) && !isNamed(inProgram)) continue
        uses.push({ named, start: node.getStart(file), text })
      }
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(file, visit)
  return uses
}

/** Whether a text names something, in any case: MatrixOne reads names of columns so. */
function matcherFor(text: string): (name: string) => boolean {
  const lower = text.toLowerCase()
  const words = new Set(identifiersIn(lower))
  return (name) => {
    const wanted = name.toLowerCase()
    const [word] = identifiersIn(wanted)
    return word === wanted ? words.has(wanted) : lower.includes(wanted)
  }
}

/** The names that a file gives `sql`: `import { sql as raw }`. */
function tagsOf({ statements }: ts.SourceFile): ReadonlySet<string> {
  const tags = new Set(['sql'])
  for (const statement of statements) {
    const bindings = ts.isImportDeclaration(statement) && statement.importClause?.namedBindings
    if (!bindings || !ts.isNamedImports(bindings)) continue
    for (const { name, propertyName } of bindings.elements) {
      if (propertyName?.text === 'sql') tags.add(name.text)
    }
  }
  return tags
}

/** `sql`, `sql<Row>`, `kysely.sql`. */
function isSql(tag: ts.Expression, tags: ReadonlySet<string>): boolean {
  if (ts.isExpressionWithTypeArguments(tag)) return isSql(tag.expression, tags)
  return ts.isIdentifier(tag)
    ? tags.has(tag.text)
    : ts.isPropertyAccessExpression(tag) && tag.name.text === 'sql'
}
