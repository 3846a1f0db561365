/** The declarations beside the interface of a table: the types of its rows, enums. */
import type { EnumPlan } from './enums.js'
import { propertyKey, stringLiteral } from './identifiers.js'
import type { TablePlan } from './plan-tables.js'
import { code } from './tsdoc.js'
import { writeDoc } from './write-interface.js'

/** Writes the enum of a column. */
export function writeEnum({ name, source, members }: EnumPlan): string {
  const lines = members.map(([key, text]) => `  ${propertyKey(key)} = ${stringLiteral(text)},\n`)
  return `${writeDoc([`The members of ${code(source)}.`], '')}export enum ${name} {\n${lines.join('')}}`
}

/** Writes `Article` to read, `NewArticle` to insert, `ArticleUpdate` to update. */
export function writeRowTypes({ rows, interfaceName }: TablePlan): readonly string[] {
  if (rows === undefined) return []
  const lines = [`export type ${rows.select} = Selectable<${interfaceName}>`]
  if (rows.insert) lines.push(`export type ${rows.insert} = Insertable<${interfaceName}>`)
  if (rows.update) lines.push(`export type ${rows.update} = Updateable<${interfaceName}>`)
  return [lines.join('\n')]
}

/**
 * Not `never`, which kysely drops: then nothing is left to insert, and TypeScript lets any object
 * stand for nothing. A required column that no value fits is refused, and the message says why.
 */
export const readOnly = `/** A column of a view or external table: it can be read and never written. */
type ReadOnly<T> = ColumnType<SelectType<T>, NotWritable, NotWritable>

interface NotWritable {
  'views and external tables cannot be written': never
}`
