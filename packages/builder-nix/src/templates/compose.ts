/** The expression of a template: constant text of this package, the same for every app. What differs is data, in hop3-plan.json beside it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nixDirectory } from '../nix-files.ts'
import type { TemplateName } from './template-names.ts'
import { templates } from './templates.ts'

export const expressionName = 'hop3.nix'
export const planName = 'hop3-plan.json'

export async function composeExpression(name: TemplateName): Promise<string> {
  const { version, frame } = templates[name]
  const [own, fromPlan] = await Promise.all([read(`templates/${name}.nix`), read('from-plan.nix')])
  const template = frame === undefined ? own : `(\n${await read(`${frame}.nix`)}\n)\n(\n${own}\n)`
  return `# The template ${name}, version ${version}, of @hop3/builder-nix. Its values are in ${planName}, beside this file.
{ pkgs ? import <nixpkgs> { } }:
let
  template =
${indented(template)};

  fromPlan =
${indented(fromPlan)};
in
fromPlan {
  inherit pkgs template;
  directory = ./.;
}
`
}

async function read(name: string): Promise<string> {
  return (await readFile(join(nixDirectory, name), 'utf8')).trimEnd()
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n')
}
