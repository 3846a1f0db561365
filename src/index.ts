export type * from './observe/events.js'
export { onEvent } from './observe/events.js'
export { queryLogger, type QueryLoggerOptions } from './observe/query-logger.js'
export type { Deadline } from './connection/limits/deadline.js'
export { isRetryable, type RetryOptions, retryTransaction } from './connection/limits/retry.js'
export {
  ConnectionAction,
  type ConnectionHook,
  type ConnectionHookCallback,
  type ConnectionHookInput,
  createConnectionHook,
  type HookContext,
  type HookErrorPolicy,
  type HookOptions,
  type SessionVariables,
  setSession,
} from './connection/setup/hooks.js'
export type { HookConnection } from './connection/setup/hook-connection.js'
export type { HookFailure, HookStatus } from './connection/setup/hook-journal.js'
export type { ConnectionRecord } from './connection/setup/connection-record.js'
export {
  type ConnectionConfig,
  type ConnectionOverrides,
  connectionOptions,
} from './connection/connection-options.js'
export type {
  Answer,
  BeginCall,
  CursorExecuteCall,
  ExecuteCall,
  InterceptedCall,
  InterceptedName,
  Interceptor,
  Next,
  SavepointCall,
  TransactionCall,
  TwoPhaseCall,
} from './connection/interceptors.js'
export type {
  PoolEvent,
  PoolListener,
  PoolListenerFunction,
  PoolListenerInput,
} from './connection/setup/listeners.js'
export type { ConnectionInput } from './connection/pool/connection-source.js'
export type { ExistingConnection } from './connection/mysql2/wrap-existing.js'
export { parseConnectionUrl, type UrlOptions } from './connection/connection-url.js'
export { MatrixOne, type MatrixOneConfig, MatrixOneConnectionBuilder } from './handles/database.js'
export { MatrixOneControlledTransaction, MatrixOneTransaction } from './handles/transaction.js'
export {
  MatrixOneControlledTransactionBuilder,
  MatrixOneTransactionBuilder,
} from './handles/transaction-builders.js'
export { defaultGuards, type GuardAction, type GuardOptions } from './guards/guards.js'
export type { TwoPhaseTransaction } from './dialect/two-phase-transaction.js'
export { MatrixOneAdapter } from './dialect/matrixone-adapter.js'
export { MatrixOneDialect } from './dialect/matrixone-dialect.js'
export type { ErrorOptions, MatrixOneDialectConfig } from './dialect/matrixone-dialect-config.js'
export { MatrixOneIntrospector } from './dialect/matrixone-introspector.js'
export { MatrixOneQueryCompiler } from './dialect/matrixone-query-compiler.js'
export * from './errors.js'
export { AccountManager } from './managers/account/account-manager.js'
export type * from './managers/account/account-types.js'
export type { CodegenRoleOptions } from './managers/account/codegen-role.js'
export { GrantManager } from './managers/account/grant-manager.js'
export { RoleManager } from './managers/account/role-manager.js'
export { UserManager } from './managers/account/user-manager.js'
export { BranchManager } from './managers/branch/branch-manager.js'
export type * from './managers/branch/branch-types.js'
export { CdcManager } from './managers/cdc/cdc-manager.js'
export type * from './managers/cdc/cdc-types.js'
export type { DropOptions } from './managers/names/drop-options.js'
export type {
  DefinitionChange,
  DefinitionReport,
} from './managers/definitions/definition-changes.js'
export { type Managers, matrixone } from './managers/managers.js'
export type { HistoryLevel, HistoryScope } from './managers/history/history-scope.js'
export {
  type CloneDatabaseOptions,
  CloneManager,
  type CloneResult,
  type CloneTableOptions,
} from './managers/clone/clone-manager.js'
export {
  type CsvExportOptions,
  ExportManager,
  type ExportQuery,
  type ExportResult,
  type ExportTarget,
} from './managers/export/export-manager.js'
export type { StreamExport } from './managers/export/export-to-stream.js'
export type { StreamExportOptions } from './managers/export/stream-export-options.js'
export type {
  FulltextIndexOptions,
  FulltextParser,
} from './managers/fulltext-index/create-fulltext-index.js'
export {
  FulltextIndexManager,
  type TableFulltextIndex,
} from './managers/fulltext-index/fulltext-index-manager.js'
export { LoadDataManager } from './managers/load-data/load-data-manager.js'
export type { TableScanOptions } from './managers/session/scan-table.js'
export type { BulkInsertOptions, BulkProgress } from './managers/load-data/bulk-insert-options.js'
export type * from './managers/load-data/load-types.js'
export type { KeyConflict } from './managers/load-data/load-with-key-check.js'
export type { LoadChunk, LoadSource } from './managers/load-data/load-source.js'
export { PublicationManager } from './managers/pubsub/publication-manager.js'
export { PubSubManager } from './managers/pubsub/pubsub-manager.js'
export type * from './managers/pubsub/pubsub-types.js'
export { SubscriptionManager } from './managers/pubsub/subscription-manager.js'
export {
  MetadataManager,
  type MetadataScope,
  type SizeScope,
} from './managers/metadata/metadata-manager.js'
export type * from './managers/metadata/metadata-types.js'
export type {
  ObjectColumn,
  ObjectStatistics,
  ScanOptions,
} from './managers/metadata/scan-objects.js'
export type { TableSize } from './managers/metadata/table-size.js'
export type { IndexCount, IndexVerification } from './managers/metadata/verify-indexes.js'
export type { TableBuild, TableIndexes } from './managers/session/create-table.js'
export { BulkInsertError } from './bulk/bulk-insert-error.js'
export { type ExportProgress, StreamExportError } from './bulk/stream-export-error.js'
export type { StreamSink } from './bulk/open-sink.js'
export type { BulkReport, ResumePoint, RowRange } from './bulk/bulk-report.js'
export type { BatchOptions, BatchResult, InsertRow } from './bulk/insert-rows.js'
export type { SessionMethods } from './managers/session/session-methods.js'
export type { AssertSchemaOptions } from './managers/metadata/assert-schema.js'
export type { Finding, Place, RuleId, Severity } from './schema/compare/finding.js'
export { SchemaDriftError } from './schema/compare/schema-drift-error.js'
export type * from './schema/schema-model.js'
export { StageManager } from './managers/stage/stage-manager.js'
export type { StageFile } from './managers/stage/stage-path.js'
export type * from './managers/stage/stage-types.js'
export type { IvfStatistics, ReindexReason } from './managers/vector-ops/ivf-statistics.js'
export type { RebuiltIndex } from './managers/vector-ops/reindex-after-load.js'
export type { IndexReadiness, WaitForIndexOptions } from './managers/vector-ops/wait-for-index.js'
export type * from './managers/vector-ops/vector-index-options.js'
export { VectorOpsManager } from './managers/vector-ops/vector-ops-manager.js'
export type * from './managers/vector-ops/vector-ops-types.js'
export { MoCtlManager } from './managers/mo-ctl/mo-ctl-manager.js'
export { PitrManager } from './managers/pitr/pitr-manager.js'
export type * from './managers/pitr/pitr-types.js'
export type { RecoveryWindow, RestorableState } from './managers/restore/recovery-window.js'
export { RestoreManager } from './managers/restore/restore-manager.js'
export type {
  RestoreAccountOptions,
  RestoreClusterOptions,
  RestorePoint,
} from './managers/restore/restore-point.js'
export {
  type CreateSnapshotOptions,
  type Snapshot,
  SnapshotManager,
} from './managers/snapshots/snapshot-manager.js'
export type {
  SchemaValue,
  SearchIndexes,
  TableValue,
  VectorColumnValue,
  VectorIndexValue,
} from './schema/value.js'
export { type Capabilities, capabilitiesOf } from './server/capabilities.js'
export {
  cosineDistance,
  cosineSimilarity,
  innerProduct,
  l2Distance,
  type ReadVector,
} from './search/distances.js'
export {
  type Fusion,
  rrf,
  type RrfOptions,
  weighted,
  type WeightedOptions,
} from './search/hybrid/fusion.js'
export type { HybridSearch } from './search/hybrid/hybrid-search.js'
export type { HybridHit, LegMaker } from './search/hybrid/hybrid-types.js'
export type { LegsByName, TextLeg, VectorLeg } from './search/hybrid/legs.js'
export {
  type BeirDocument,
  type BeirOptions,
  type BeirSet,
  type JudgedQuery,
  readBeir,
} from './search/quality/beir.js'
export {
  type BootstrapOptions,
  type BootstrapResult,
  pairedBootstrap,
} from './search/quality/paired-bootstrap.js'
export {
  type Grades,
  ndcgAt,
  recallAt,
  reciprocalRankAt,
} from './search/quality/ranking-metrics.js'
export type { FilterConditions, RecordFilter } from './search/records/record-filter.js'
export type {
  AnyMetadata,
  DeleteRecords,
  NewRecord,
  VectorIndex,
  VectorIndexOf,
  VectorIndexOptions,
  VectorIndexQuery,
  VectorIndexStats,
  VectorMatch,
  VectorRecord,
} from './search/records/vector-index-types.js'
export { diversify, type DiversifyOptions } from './search/diversify.js'
export type { GroupOptions } from './search/groups.js'
export { Doctor } from './search/doctor/doctor.js'
export type * from './search/doctor/evaluation.js'
export type { Latency } from './search/doctor/latency.js'
export type {
  IndexedSearch,
  LimitRecall,
  RecallOptions,
  RecallReport,
} from './search/doctor/measure-recall.js'
export type { Progress, RunOptions } from './search/doctor/run-options.js'
export type { IndexExaminationOptions } from './search/doctor/examine-index.js'
export type { ExaminedSearch } from './search/doctor/examine-search.js'
export type * from './search/doctor/index-report.js'
export { rerank, type Reranked, type RerankOptions } from './search/rerank.js'
export type {
  IndexFunction,
  Search,
  SearchPage,
  SearchPath,
  SearchPlan,
  SearchReport,
  SearchResult,
} from './search/search.js'
export type { SearchMethods, TextHit, VectorHit } from './search/search-methods.js'
export type { Misuse } from './search/search-types.js'
export type { Match } from './search/text/match.js'
export {
  allOf,
  anyOf,
  boost,
  phrase,
  prefix,
  type TextQuery,
  without,
  type WordOptions,
} from './search/text/text-query.js'
export type { TextSearch } from './search/text/text-search.js'
export { type KeyPart, type KeyValue, type RowOf, rowOf } from './search/vector/row-of.js'
export type {
  ExactSearchOptions,
  IndexSearchOptions,
  VectorSearchOptions,
} from './search/vector/vector-options.js'
export type { VectorSearch } from './search/vector/vector-search.js'
export type { SearchUsing } from './search/vector/vector-state.js'
export type { LogMode } from './sql/statement-options.js'
export { parseServerVersion, type ServerVersion } from './server/server-version.js'
export type { Instant } from './sql/time-hint.js'
export { TimeTravelPlugin } from './time-travel/time-travel-plugin.js'
export * from './types/column-type-options.js'
export * from './types/column-types.js'
export * from './types/data-types.js'
export * from './types/indexes.js'
export { type WrapTransactionOptions, wrapTransaction } from './handles/wrap-transaction.js'
export { type JsonText, jsonText } from './sql/json-text.js'
