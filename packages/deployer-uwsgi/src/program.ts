/** The uWSGI of a native worker, for whoever starts it otherwise (`@hop3/deployer-uwsgi/program`). */
import type { BuildArtifact, DeploymentContext } from '@hop3/core'
import { layoutOf } from './layout.ts'
import { uwsgiOptions, type UwsgiOptions } from './uwsgi-options.ts'
import { findNativeProgram, type NativeProgram } from './uwsgi-program.ts'

type Host = Pick<DeploymentContext, 'run' | 'env' | 'baseEnv' | 'clock' | 'log' | 'directories' | 'signal' | 'config'>

/** Of the app's Python; installed where there is none. Throws `deploy.uwsgi.*` and `config.deploy.uwsgi`. */
export async function nativeProgram(host: Host, artifact: BuildArtifact): Promise<NativeProgram & UwsgiOptions> {
  return { ...(await findNativeProgram(host, layoutOf(host.directories.home), artifact)), ...uwsgiOptions(host.config) }
}
