/** How the units of an app are installed: by whoever may, and again after each deploy. Pure text. */
import { shellQuote } from '@hop3/core'

export interface WrittenUnits {
  readonly app: string
  /** The directory they were written into. */
  readonly place: string
  readonly names: readonly string[]
  /** Where systemd is to find what was set for the app, which lies in `<app>.env` beside them. Absent: nothing was set. */
  readonly variablesFile?: string
}

const installed = '/etc/systemd/system'

/** What is installed of the app and is no longer made goes, with the links that start it; what a person wrote beside a unit (`.d`) stays. */
export function installUnitsText({ app, place, names, variablesFile }: WrittenUnits): string {
  const enabled = names.filter((name) => !name.endsWith('.before-run.service') && !/\.cron[^@]*\.service$/.test(name))
  const secrets = `${place}/${app}.env`
  const and = variablesFile === undefined ? '' : ` and ${app}.env, which holds secrets,`
  return [
    `Wrote ${names.length} units${and} into ${place}. To have systemd run them, in place of those it may have of ${app}:`,
    ...(variablesFile === undefined ? [] : [`  sudo install -D -m 600 ${shellQuote(secrets)} ${shellQuote(variablesFile)}`]),
    `  sudo systemctl stop 'hop3-${app}.*'`,
    `  sudo find ${installed} -path '*/hop3-${app}.*' ! -path '*.d/*' ! -type d -delete`,
    `  sudo cp ${shellQuote(`${place}/hop3-${app}`)}.* ${installed}/ && sudo systemctl daemon-reload`,
    `  sudo systemctl enable ${enabled.join(' ')} && sudo systemctl restart hop3-${app}.target`,
  ].join('\n')
}
