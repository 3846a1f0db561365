/**
 * The server's storage keys by their own names (`AWS_KEY_ID`, `AWS_SECRET_KEY`, `AWS_REGION`,
 * `ENDPOINT`, …). They are stored as plain text, and never read back by this library.
 */
export type StageCredentials = Readonly<Record<string, string>>

/** The location of a stage. */
export interface StageOptions {
  /** `file:///directory/`, `s3://bucket/path` or `stage://other/path`; a local one is the server's. */
  readonly url: string
  readonly credentials?: StageCredentials
  readonly comment?: string
  readonly ifNotExists?: boolean
}

/** A bucket of an S3 store. */
export interface S3StageOptions {
  readonly bucket: string
  readonly path?: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region?: string
  /** Of a store that is not Amazon's: `https://minio.example:9000`. */
  readonly endpoint?: string
  readonly comment?: string
  readonly ifNotExists?: boolean
}

/** Changes to a stage, each sent as its own statement because the server takes one at a time. */
export interface StageChanges {
  readonly url?: string
  readonly credentials?: StageCredentials
  readonly comment?: string
  readonly enabled?: boolean
}

/** A stage, without its credentials. */
export interface Stage {
  readonly name: string
  readonly url: string
  /** False once it was switched off; the stage works anyway (3.0.14, 4.2.0). */
  readonly enabled: boolean
  /** Null when there is none. */
  readonly comment: string | null
}

/** How the files of a stage are loaded. */
export interface LoadFilesOptions {
  /** Lines to skip at the beginning of each CSV and TSV file; an export writes one. */
  readonly skipLines?: number
  /** `'check'` (default) refuses a row whose primary or unique key exists; `'trust'` skips that. */
  readonly keys?: 'check' | 'trust'
}
