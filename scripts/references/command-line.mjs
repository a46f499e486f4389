/* oxlint-disable no-restricted-imports -- the page is the program's own help */
import { commandGroups } from '../../packages/cli/src/commands.ts'
import { helpText } from '../../packages/cli/src/render/help.ts'
/* oxlint-enable no-restricted-imports */

/** Every command as `--help` shows it, without the options that all commands share. */
export function commandLine() {
  const lines = commandGroups.flatMap(({ title, commands }) => [
    `## ${title}`,
    '',
    ...commands.flatMap((command) => [`### hop3 ${command.name}`, '', '```text', ...ownHelp(command), '```', '']),
  ])
  return { lines: lines.slice(0, -1), problems: [] }
}

function ownHelp(command) {
  const sections = helpText(command).split('\n\n')
  return sections
    .filter((section) => !section.startsWith('Options of every command:'))
    .join('\n\n')
    .split('\n')
}
