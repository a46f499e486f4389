export { hop3Error, isHop3Error, toHop3Error, classOfCode } from './errors.ts'
export type { Hop3Error, Hop3ErrorOptions, ErrorClass } from './errors.ts'
export { messageOf, strategyFailure } from './strategy-failure.ts'
export { isOwnVariable, isPlanVariable } from './own-variables.ts'
export { own } from './own.ts'
export { checkAppName, checkWorkerName, formatReleaseId, isAppName, printable, releaseCounter, visible } from './names.ts'
export { nearestName } from './nearest-name.ts'
export { createLog, silentLog } from './log.ts'
export type { Log, LogEvent, LogLevel, LogOptions, LogSink } from './log.ts'
export { maskValue } from './mask-value.ts'
export { filePattern, matchesName, matchesPattern } from './path-pattern.ts'
export { withoutTrailingSlashes } from './trailing-slashes.ts'
export { joinPaths, normalPath } from './paths.ts'
export { isWorkspaceMember, usablePatterns } from './workspace-member.ts'
export { createSecretMask } from './secret-mask.ts'
export type { SecretMask, SecretStream } from './secret-mask.ts'
export { formatBytes } from './bytes.ts'
export { describeCommand, shellQuote } from './command.ts'
export { plainWords } from './plain-words.ts'
export type { Clock, Command, CommandResult, Run } from './command.ts'
export { createRun, systemClock } from './system-host.ts'
export { hostPlatform } from './host-platform.ts'
export { isProgram, pathDirectories, programOnPath } from './path-search.ts'
export { longestSocketPath } from './socket-path.ts'
export { isAbandonedWrite, syncDirectory, writeFileAtomic, writeNewFile } from './write-file-atomic.ts'
export type { WriteOptions } from './write-file-atomic.ts'
export { formatArtifact, parseArtifact, readArtifact, writeArtifact } from './artifact-file.ts'
export { deltasTo, isSingular, targetScale } from './scale.ts'
export { namesOfWorker, workerMeant } from './worker-meant.ts'
export { parseCron } from './cron.ts'
export type { CronSchedule } from './cron.ts'
export { commandWorkers, workerKind, writtenArgv } from './image-workers.ts'
export { shellArgv } from './shell-argv.ts'
export type { WorkerKind } from './image-workers.ts'
export { problemOfText } from './process-text.ts'
export { workerEnvironment } from './worker-env.ts'
export type { WorkerEnvironmentRequest } from './worker-env.ts'
export type { Host } from './host.ts'
export { buildContext, providerHost, proxyContext } from './contexts.ts'
export type { PlanPackage, ProviderHost } from './provider-host.ts'
export type { Registry } from './registry.ts'
export { freeze } from './freeze.ts'
export { artifactForm } from './artifact-form.ts'
export type { ArtifactForm } from './artifact-form.ts'
export type { ArtifactStore, LeavingRelease, StoreContext } from './artifact-store.ts'
export { storeFor } from './remove-artifact.ts'
export type { ArtifactMetadata, BuildArtifact, CacheOutcome, Decision, Platform, RuntimeConfig } from './artifact.ts'
export type { BuildPlan, Phase, PhaseInput, PlanInput, PlanRuntime, RuntimeInput, StartInput, ToolVersion } from './build-plan.ts'
export { deployConfigOf } from './deploy-config.ts'
export { emptyAppConfig, emptyDeployConfig } from './app-config.ts'
export type { AppConfig, DeployConfig, EnvValue, OptionVariable, PlanLayer, Volume } from './app-config.ts'
export type { Builder, BuilderFactory, BuildContext, PlanNote, Verdict } from './builder.ts'
export type {
  LanguageToolchain,
  OptionsOf,
  SourceView,
  ToolchainContext,
  ToolchainFactory,
  ToolchainPlan,
  ToolchainRuntime,
} from './toolchain.ts'
export { addressOf, noAddress } from './no-address.ts'
export { undoStart } from './undo-start.ts'
export type {
  Deltas,
  Deployer,
  DeployerFactory,
  DeployerOptions,
  UnbuiltApp,
  DeploymentContext,
  DeploymentInfo,
  ExecOptions,
  HomeStatus,
  LogRequest,
  Scale,
  Upstream,
  WorkerState,
  WorkerStatus,
} from './deployer.ts'
export { maintainApp } from './maintain-app.ts'
export type { MaintenanceOptions, MaintenanceResult } from './maintain-app.ts'
export { longestPage } from './maintenance-page.ts'
export { moveEnded, moveProxy, moveUnderWay } from './move-proxy.ts'
export type { MoveUnderWay, ProxyChoice, ProxyMove } from './move-proxy.ts'
export type { Proxy, ProxyContext, ProxyFactory, ProxyTls, Route, RouteWish, TlsCertificate } from './proxy.ts'
export { lazyProxy } from './lazy-proxy.ts'
export type { ProxyWork } from './lazy-proxy.ts'
export { definePlugin, protocolVersion, roleKeywords } from './plugin.ts'
export type { Plugin, Role } from './plugin.ts'
export { findPlugins } from './find-plugins.ts'
export type { Candidate, FindPluginsOptions, FoundPlugins, IgnoredPlugin } from './find-plugins.ts'
export { importPlugin } from './import-plugin.ts'
export type { ImportedPlugin } from './import-plugin.ts'
export { checkDeployer, checkDeployTables, checkUnbuilt } from './check-deployer.ts'
export { createRegistry } from './registry.ts'
export type { PluginDescription, RegistryOptions } from './registry.ts'
export { selectBuilder, selectDeployer, selectProxy } from './select-strategy.ts'
export type { Considered, Selection } from './select-strategy.ts'
export type { App } from './app.ts'
export { deployApp } from './deploy-app.ts'
export type { DeployOptions } from './deploy-app.ts'
export type { DeployResult } from './deploy-result.ts'
export { buildApp } from './build-app.ts'
export type { BuildOptions, BuildResult } from './build-app.ts'
export { importRelease } from './import-release.ts'
export type { ImportOptions, ImportResult } from './import-release.ts'
export { runArtifact } from './run-artifact.ts'
export type { RunOptions } from './run-artifact.ts'
export { rollbackRelease } from './existing-release.ts'
export { rollbackApp } from './rollback-app.ts'
export type { RollbackOptions } from './rollback-app.ts'
export { scaleApp } from './scale-app.ts'
export type { ScaleOptions, ScaleResult } from './scale-app.ts'
export { restartApp, startApp } from './start-app.ts'
export type { StartOptions } from './start-app.ts'
export { destroyApp, stopApp } from './stop-app.ts'
export type { StopOptions, StopResult } from './stop-app.ts'
export { recoverApp } from './recover-app.ts'
export { appStatus } from './app-status.ts'
export type { AppStatus } from './app-status.ts'
export { createSurvey } from './see-served.ts'
export type { Survey } from './see-served.ts'
export { appLogs } from './app-logs.ts'
export { execInApp } from './exec-in-app.ts'
export { differenceOfApp, renderApp } from './render-app.ts'
export { nodeHttp, nodeHttps } from './node-http.ts'
export type { FieldChange, ObjectChange } from './object-change.ts'
export type { RenderRequest } from './render-app.ts'
export { initialState } from './home.ts'
export type {
  AppHome,
  AppState,
  HistoryEntry,
  Home,
  JournalRecord,
  JournalStep,
  Lock,
  LockRequest,
  ReleaseEntry,
  ReleaseSlot,
} from './home.ts'
