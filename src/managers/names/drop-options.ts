/** How an object is dropped. */
export interface DropOptions {
  /** Does nothing when there is no such object. */
  readonly ifExists?: boolean
}
