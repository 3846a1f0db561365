/**
 * What `MatrixOne` and its transactions share: kysely's own objects with our prototypes, the
 * managers on them, and what their types are made of.
 */
import type { DrainOuterGeneric, Kysely, QueryExecutorProvider, TransactionBuilder } from 'kysely'
import type { MatrixOneAdapter } from './dialect/matrixone-adapter.js'
import type { MatrixOneRuntime } from './dialect/matrixone-runtime.js'
import { managerNames, matrixone } from './managers/managers.js'
import { sessionMethods } from './managers/session/session-methods.js'

/** By when something has to be done. */
export interface Deadline {
  /** Milliseconds from its start. */
  readonly timeout?: number
  /** Ends it when it is aborted. */
  readonly signal?: AbortSignal
}

/** What `setAccessMode` takes. */
export type AccessMode = Parameters<TransactionBuilder<unknown>['setAccessMode']>[0]
/** The tables and some more. */
export type Extended<DB, T> = DrainOuterGeneric<DB & T>
/** The tables without some. */
export type Omitted<DB, T extends keyof DB> = DB extends object ? Omit<DB, T> : DB
/** Some of the tables. */
export type Picked<DB, T extends keyof DB> = DB extends object ? Pick<DB, T> : DB
/** Any tables. */
// eslint-disable-next-line typescript/no-explicit-any -- kysely's own constraint
export type Tables = Record<string, Record<string, any>>

/** `options` exists from kysely 0.29 on. */
export type SecondParameter<F extends (...parameters: never[]) => unknown> =
  Parameters<F> extends [unknown, ...infer Rest] ? Rest : []

/** The part of the dialect that a database or transaction runs on. */
export function runtimeOf(db: QueryExecutorProvider): MatrixOneRuntime {
  return (db.getExecutor().adapter as MatrixOneAdapter).runtime
}

/** Gives an object of kysely's making the prototype of its counterpart here. */
export function adopt<T extends object>(object: object, type: { readonly prototype: T }): T {
  return Object.setPrototypeOf(object, type.prototype) as T
}

/** Puts the managers, as getters, and the session's methods on a prototype. */
export function installManagers(prototype: object): void {
  for (const [name, value] of Object.entries(sessionMethods)) {
    Object.defineProperty(prototype, name, { configurable: true, writable: true, value })
  }
  for (const name of managerNames) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: Kysely<unknown>) {
        return matrixone(this)[name]
      },
    })
  }
}
