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
  const uses: SqlUse[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && isSql(node.tag)) {
      const text = node.template.getText(file).replaceAll(/\s+/g, ' ')
      const words = new Set(identifiersIn(text))
      for (const named of findings) {
        const { column, table = '' } = named.finding
        // No plugin changes the names in SQL text.
        if (!words.has(column ?? table)) continue
        uses.push({ named, start: node.getStart(file), text })
      }
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(file, visit)
  return uses
}

/** `sql`, `sql<Row>`, `kysely.sql`. */
function isSql(tag: ts.Expression): boolean {
  if (ts.isExpressionWithTypeArguments(tag)) return isSql(tag.expression)
  return ts.isIdentifier(tag)
    ? tag.text === 'sql'
    : ts.isPropertyAccessExpression(tag) && tag.name.text === 'sql'
}
