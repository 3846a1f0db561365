/** Where a MatrixOne listens when nothing else is said. */
export const DEFAULT_ADDRESS = Object.freeze({ host: '127.0.0.1', port: 6001 })
