/** The commands that have to succeed once in a release before its workers start (`runtime.before_run`). */
import type { UnitsRequest } from './app-units.ts'
import { execWord, rawPath } from './escape.ts'
import { processSettings } from './process-settings.ts'
import type { Unit } from './unit.ts'

/** For a host where no Hop3 has run them. Once: a file named after the release says that they have been run, and a unit whose condition does not hold keeps nobody waiting. */
export function beforeRunUnit(request: UnitsRequest): Unit {
  const { artifact, context } = request
  const { appName, release } = context
  const state = `hop3-${appName}`
  return {
    name: `hop3-${appName}.before-run.service`,
    sections: {
      Unit: {
        Description: `What ${appName} runs once before release ${release.id}`,
        PartOf: `hop3-${appName}.target`,
        After: 'network-online.target',
        Wants: 'network-online.target',
        ConditionPathExists: `!%S/${state}/${release.id}`,
      },
      Service: {
        Type: 'oneshot',
        RemainAfterExit: 'yes',
        ...processSettings(request, 'exec'),
        StateDirectory: state,
        WorkingDirectory: rawPath(artifact.runtime.workingDir || artifact.location),
        ExecStart: artifact.runtime.beforeRun.map((command) => `/bin/sh -c ${execWord(command, 'a command before the release')}`),
        ExecStartPost: `/bin/sh -c ${execWord(': > "$STATE_DIRECTORY/$HOP3_RELEASE"', 'the mark')}`,
        SyslogIdentifier: `hop3-${appName}.before-run`,
      },
    },
  }
}
