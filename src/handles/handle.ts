/** Shared by `MatrixOne` and its transactions: kysely's objects under our prototypes, and parts of their types. */
import type { TransactionBuilder } from 'kysely'

/** The access modes of `setAccessMode`. */
export type AccessMode = Parameters<TransactionBuilder<unknown>['setAccessMode']>[0]
/** The tables and some more, in the form that kysely gives them; it exports its type from 0.28.10 on. */
export type Extended<DB, T> = [DB & T] extends [unknown] ? DB & T : never
/** The tables without some. */
export type Omitted<DB, T extends keyof DB> = DB extends object ? Omit<DB, T> : DB
/** Some of the tables. */
export type Picked<DB, T extends keyof DB> = DB extends object ? Pick<DB, T> : DB
/** Any tables. */
// oxlint-disable-next-line typescript/no-explicit-any -- kysely's own constraint
export type Tables = Record<string, Record<string, any>>

/** `options` exists from kysely 0.29 on. */
export type SecondParameter<F extends (...parameters: never[]) => unknown> =
  Parameters<F> extends [unknown, ...infer Rest] ? Rest : []

/** Gives an object of kysely's making the prototype of its counterpart here. */
export function adopt<T extends object>(object: object, type: { readonly prototype: T }): T {
  return Object.setPrototypeOf(object, type.prototype) as T
}
