import { ts } from 'ts-morph'
import type { NamedFinding } from './attribute.js'
import { identifiersIn } from './words.js'

/** A tagged template `sql`, or a call such as `sql.ref('title')`, whose text names what a finding is about. */
export interface SqlUse {
  readonly named: NamedFinding
  readonly start: number
  /** The text, on one line. */
  readonly text: string
}

/**
 * Finds SQL text that names a column, or a table that is gone; no compiler reads it. Text that names other tables
 * only is about a column of these.
 *
 * @param tables all of them, by the names of the database and of the program
 */
export function findSqlUses(
  file: ts.SourceFile,
  findings: readonly NamedFinding[],
  tables: readonly string[],
): readonly SqlUse[] {
  if (!/\bsql\b/.test(file.text)) return []
  const tags = tagsOf(file)
  const uses: SqlUse[] = []
  const add = (node: ts.Node, shown: ts.Node): void => {
    const text = shown.getText(file).replaceAll(/\s+/g, ' ')
    const sqlText = sqlIn(shown)
      .join(' ')
      .replaceAll(/'[^']*'/g, "''")
    const isNamed = matcherFor(sqlText)
    // A plugin changes the names of sql.ref() and sql.table(), and none in the text.
    const found = findings.filter(
      (named) => canConcern(named, isNamed) && namesOf(named).some((name) => isNamed(name)),
    )
    if (found.length === 0) return
    const others = tables.filter(isNamed)
    for (const named of found) {
      if (isAboutItsTable(named, others) && !isOfOthers(named, others, sqlText))
        uses.push({ named, start: node.getStart(file), text })
    }
  }
  const visit = (node: ts.Node, isInSql: boolean): void => {
    const isTemplate = ts.isTaggedTemplateExpression(node) && isSql(node.tag, tags)
    const isCall = isSqlCall(node, tags)
    if (isTemplate) add(node, node.template)
    // Inside a template its texts belong to that.
    else if (isCall && !isInSql) add(node, node)
    ts.forEachChild(node, (child) => visit(child, isInSql || isTemplate || isCall))
  }
  visit(file, false)
  return uses
}

/** The column, or the table that is gone, as the database and as the program calls it. */
function namesOf({ finding, table, column }: NamedFinding): readonly string[] {
  return finding.column === undefined
    ? [finding.table ?? table, table]
    : [finding.column, column ?? finding.column]
}

/** Whether SQL text can break by it: by a full-text index where it has MATCH, and by no other index or key. */
function canConcern({ finding }: NamedFinding, isNamed: (name: string) => boolean): boolean {
  return (
    finding.column !== undefined ||
    /^(table|view)-/.test(finding.ruleId) ||
    (finding.ruleId.startsWith('fulltext-index-') && isNamed('match'))
  )
}

/** Whether a text that names these tables is about that of the finding; one that names none can be about any. */
function isAboutItsTable(named: NamedFinding, tables: readonly string[]): boolean {
  const { finding, table } = named
  const others = tables.filter((name) => !namesOf(named).includes(name))
  return (
    finding.column === undefined ||
    others.length === 0 ||
    [finding.table, table].some((own) => own !== undefined && others.includes(own))
  )
}

/** Whether each place of the column names another table before it: `orders.credit`. */
function isOfOthers(named: NamedFinding, tables: readonly string[], text: string): boolean {
  const { finding, table, column } = named
  if (finding.column === undefined) return false
  const names = [finding.column, column ?? finding.column].map((name) => name.toLowerCase())
  const places = [
    ...text.toLowerCase().matchAll(/(?:([\p{ID_Continue}$]+)`?\s*\.\s*`?)?([\p{ID_Continue}$]+)/gu),
  ]
  const qualifiers = places.flatMap(([, before, name = '']) =>
    names.includes(name) ? [before] : [],
  )
  const own = [finding.table, table].map((name) => name?.toLowerCase())
  const others = new Set(tables.map((name) => name.toLowerCase()))
  const isOther = (name = ''): boolean => others.has(name) && !own.includes(name)
  return qualifiers.length > 0 && qualifiers.every(isOther)
}

/** The texts that reach the server: what stands outside `${…}`, and inside it the string literals. */
function sqlIn(node: ts.Node): readonly string[] {
  const texts: string[] = []
  const visit = (part: ts.Node): void => {
    const isText =
      ts.isStringLiteralLike(part) ||
      ts.isTemplateHead(part) ||
      ts.isTemplateMiddleOrTemplateTail(part)
    if (isText) texts.push(part.text)
    // A template in a template is another use.
    else if (part === node || !ts.isTaggedTemplateExpression(part)) ts.forEachChild(part, visit)
  }
  visit(node)
  return texts
}

/** `sql.ref('title')`, `sql.raw('title')`. */
function isSqlCall(node: ts.Node, tags: ReadonlySet<string>): boolean {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    isSql(node.expression.expression, tags)
  )
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
