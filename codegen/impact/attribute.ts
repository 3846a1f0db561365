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
  /** The interface of the table, its types of rows and its enums. */
  readonly types: readonly string[]
  /** The enum of the column, which goes with it. */
  readonly enums?: readonly string[]
}

/**
 * The finding that explains an error best; null when none is named anywhere near it.
 *
 * @param tables all of them, by the names of the database and of the program
 */
export function attribute(
  error: NewError,
  findings: readonly NamedFinding[],
  tables: readonly string[],
): ReportedFinding | null {
  const scopes = scopesAt(error.file, error.start)
  const [first] = scopes
  let nearest: ReportedFinding | null = null
  for (const scope of scopes) {
    const place = readPlace(error, scope)
    const scored = findings
      .filter((named) => canBreak(named, place))
      .map((named) => ({ named, score: scoreOf(named, place) }))
      .filter(({ score }) => score >= 2)
    // Code that names tables is about a column of another one only where nothing of its own has changed.
    const isAboutNone = !tables.some((table) => place.around.has(table))
    const own = scored.filter(({ named }) => isAboutNone || isNamed(named, place.around))
    const [best, ...rest] = (own.length > 0 ? own : scored).toSorted((a, b) => b.score - a.score)
    if (best === undefined) continue
    // A column alone can be that of any table; what is farther away is only told apart by its names.
    const isTold =
      scope === first
        ? !isAboutNone || best.score >= 4
        : rest.every(({ named }) => isSamePlace(named, best.named))
    if (isTold) return best.named.finding
    if (scope !== first) break
    nearest = best.named.finding
  }
  return nearest
}

function isSamePlace(one: NamedFinding, other: NamedFinding): boolean {
  return one.table === other.table && one.column === other.column
}

/** The words in the place of an error, in its message, in the code around it, and in what of that stands before it. */
interface Place {
  readonly near: ReadonlySet<string>
  readonly said: ReadonlySet<string>
  readonly shown: ReadonlySet<string>
  readonly around: ReadonlySet<string>
  readonly before: string
}

function readPlace({ file, start, length, message }: NewError, scope: ts.Node): Place {
  const text = file.text.slice(start, start + length)
  return {
    // Of a whole object something is missing, and nothing that it has is wrong.
    near: wordsOf(text.startsWith('{') ? '' : text),
    said: wordsOf(namesIn(message)),
    shown: wordsOf(message),
    around: wordsOf(scope.getText(file)),
    before: file.text.slice(scope.getStart(file), start),
  }
}

/** Whether the compiler can notice it here: an index where something is searched, and no key or comment anywhere. */
function canBreak({ finding: { ruleId, column } }: NamedFinding, { around }: Place): boolean {
  if (column !== undefined || /^(table-(added|removed|kind)|primary-key)/.test(ruleId)) return true
  const [, kind] = /^(vector|fulltext)-index/.exec(ruleId) ?? []
  if (kind === undefined) return false
  const search =
    kind === 'vector' ? /vector|hybrid|indexes/i : /fulltext|textSearch|hybrid|indexes/i
  return [...around].some((word) => search.test(word))
}

function scoreOf(named: NamedFinding, { near, said, shown, around, before }: Place): number {
  const { finding, column, enums = [] } = named
  const has = (words: ReadonlySet<string>): boolean =>
    column === undefined
      ? isNamed(named, words)
      : [column, ...enums].some((name) => words.has(name))
  return (
    (has(near) ? 8 : 0) +
    (has(said) ? 4 : 0) +
    (has(around) ? 2 : 0) +
    (finding.severity === 'breaking' ? 0.5 : 0) +
    // What is gone breaks every statement that names it, another type only some.
    (finding.ruleId.endsWith('-removed') ? 0.25 : 0) +
    // The compiler stumbles soon after the name.
    lastIn(before, column === undefined ? namesOf(named) : [column]) * 0.2 +
    (changedMembers(finding).some((member) => shown.has(member)) ? 4 : 0)
  )
}

/** Whether words name the table of a finding. */
function isNamed(named: NamedFinding, words: ReadonlySet<string>): boolean {
  return namesOf(named).some((name) => words.has(name))
}

/** The table as the database, the program and types call it. */
function namesOf({ finding, table, types }: NamedFinding): readonly string[] {
  return [finding.table ?? table, table, ...types]
}

/** Where in a text a name stands last, from 0 (nowhere) to 1. */
function lastIn(text: string, names: readonly string[]): number {
  return Math.max(...names.map((name) => text.lastIndexOf(name) + 1)) / (text.length + 1)
}

/** The names that a message is about, without the members of objects and the lists of tables that it shows. */
function namesIn(message: string): string {
  const missing = [...message.matchAll(/missing the following properties .*?': (.*)/g)]
  const quoted = [...message.matchAll(/(?<!\w)'(.*?)'(?!\w)/gs)].map(([, inside = '']) => inside)
  const names = quoted.filter((inside) => !inside.includes('{'))
  return [...names, ...missing.map(([, list = '']) => list)]
    .map((name) => name.replaceAll(/"[^"]*"(?: \| "[^"]*")+/g, ''))
    .join('\n')
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

/** The statement of a position and those around it, up to the function: a row is often read some lines above. */
function scopesAt(file: ts.SourceFile, position: number): readonly ts.Node[] {
  const scopes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    if (position < node.getFullStart() || position >= node.getEnd()) return
    const isWhole = ts.isBlock(node) || ts.isModuleDeclaration(node) || ts.isClassDeclaration(node)
    if ((ts.isStatement(node) && !isWhole) || ts.isClassElement(node)) scopes.unshift(node)
    ts.forEachChild(node, visit)
  }
  visit(file)
  return scopes.length > 0 ? scopes : [file]
}
