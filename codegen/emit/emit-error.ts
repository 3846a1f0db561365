/** The model or the options cannot be written as TypeScript; the message says what to change. */
export class EmitError extends Error {
  override readonly name = 'EmitError'
}
