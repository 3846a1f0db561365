/** Which finding explains an error: by the names in the place, in the message, and around it. */
import { ts } from 'ts-morph'
import type { ReportedFinding } from '../report/report.js'
import type { NewError } from './program.js'
import { identifiersIn } from './words.js'

/** The names of a finding as a program writes them. */
export interface NamedFinding {
  readonly finding: ReportedFinding
  readonly table: string
  readonly column: string | undefined
}

/** The finding that explains an error best; null when none is named anywhere near it. */
export function attribute(
  error: NewError,
  findings: readonly NamedFinding[],
): ReportedFinding | null {
  const near = wordsOf(error.file.text.slice(error.start, error.start + error.length))
  const said = wordsOf(error.message)
  const around = wordsOf(statementAt(error.file, error.start).getText(error.file))
  let best: ReportedFinding | null = null
  let most = 0
  for (const { finding, table, column } of findings) {
    const name = column ?? table
    const score =
      (near.has(name) ? 8 : 0) +
      (said.has(name) ? 4 : 0) +
      (around.has(name) ? 2 : 0) +
      // Alone it explains nothing: a table is named in all of its queries.
      (column !== undefined && around.has(table) ? 1 : 0) +
      (finding.severity === 'breaking' ? 0.5 : 0) +
      // What is gone breaks every statement that names it, another type only some.
      (finding.ruleId.endsWith('-removed') ? 0.25 : 0) +
      (changedMembers(finding).some((member) => said.has(member)) ? 4 : 0)
    if (score >= 2 && score > most) {
      most = score
      best = finding
    }
  }
  return best
}

/** The members of an enum or set that one side has. */
function changedMembers({ expected, actual }: ReportedFinding): readonly string[] {
  const [before, after] = [membersOf(expected), membersOf(actual)]
  const isOne = (member: string): boolean => before.has(member) !== after.has(member)
  return before.size === 0 || after.size === 0 ? [] : [...before, ...after].filter(isOne)
}

function membersOf(text: string | null): ReadonlySet<string> {
  if (text === null || !/^(enum|set)\(/.test(text)) return new Set()
  return new Set([...text.matchAll(/'((?:[^']|'')*)'/g)].map(([, member = '']) => member))
}

/** The words of a text; a name with other characters counts as the whole of its quotes. */
function wordsOf(text: string): ReadonlySet<string> {
  const quoted = [...text.matchAll(/(['"`])([^'"`\n]+)\1/g)].map(([, , inside = '']) => inside)
  const parts = quoted.flatMap((inside) => inside.split(/[.\s]/))
  return new Set([...identifiersIn(text), ...quoted, ...parts])
}

function statementAt(file: ts.SourceFile, position: number): ts.Node {
  let found: ts.Node = file
  const visit = (node: ts.Node): void => {
    if (position < node.getFullStart() || position >= node.getEnd()) return
    if (ts.isStatement(node) && !ts.isBlock(node)) found = node
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(file, visit)
  return found
}
