import { canonicalJson } from '../canonical-json.js'
import type { ColumnModel } from '../schema-model.js'

/**
 * A column as {@link canonicalJson} writes it, in a third of the time: nine tenths of a schema are
 * columns, so their keys stand here in their order instead of being sorted for each.
 */
export function columnText(column: ColumnModel): string {
  const { comment, default: fallback, generated, onUpdate } = column
  let text = `{"name":${JSON.stringify(column.name)}`
  if (column.autoIncrement) text += ',"autoIncrement":true'
  if (comment !== undefined) text += `,"comment":${JSON.stringify(comment)}`
  if (fallback !== undefined) text += `,"default":${JSON.stringify(fallback)}`
  if (generated !== undefined) text += `,"generated":${canonicalJson(generated)}`
  if (column.insertOptional) text += ',"insertOptional":true'
  if (column.nullabilityUntrusted) text += ',"nullabilityUntrusted":true'
  if (column.nullable) text += ',"nullable":true'
  if (onUpdate !== undefined) text += `,"onUpdate":${JSON.stringify(onUpdate)}`
  return `${text},"type":${canonicalJson(column.type)}}`
}

/** A field of the model that is not written above would never be seen to drift. */
type Written =
  | 'name'
  | 'autoIncrement'
  | 'comment'
  | 'default'
  | 'generated'
  | 'insertOptional'
  | 'nullabilityUntrusted'
  | 'nullable'
  | 'onUpdate'
  | 'type'
true satisfies Exclude<keyof ColumnModel, Written> extends never ? true : false
