/** How guards ask the server, for what a statement's text cannot tell. */

/** Questions on the connection that the statement is about to be sent on. */
export interface Catalog {
  /** Asks about the session. */
  ask(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Asks about tables; an answer is kept for some seconds, or until the program changes one. */
  lookUp(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** A guard that has read the text and needs an answer before it can tell. */
export type CatalogGuard = (catalog: Catalog) => Promise<void>
