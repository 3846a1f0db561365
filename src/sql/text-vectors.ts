/**
 * The same query with its vectors as text, for a reader that is not this client: a file that the server
 * writes, which is loaded again, needs the vectors and not their base64.
 */
import type { CompiledQuery, RootOperationNode } from 'kysely'

const written = new WeakMap<RootOperationNode, CompiledQuery>()

/** Keeps the query as it was before its vectors were asked for as base64. */
export function bindTextVectors(sent: RootOperationNode, asText: CompiledQuery): void {
  written.set(sent, asText)
}

/** A compiled query with its vectors as text. */
export function withTextVectors(query: CompiledQuery<unknown>): CompiledQuery<unknown> {
  return written.get(query.query) ?? query
}
