import { ValueError } from '../../errors.js'

/**
 * Refuses what is no password, without repeating it.
 *
 * @throws {ValueError} for an empty one (the server takes none) and for one with a NUL
 */
export function checkPassword(password: unknown): asserts password is string {
  if (typeof password !== 'string' || password === '' || password.includes('\0')) {
    throw new ValueError('The password must be a text that is not empty and holds no NUL.')
  }
}
