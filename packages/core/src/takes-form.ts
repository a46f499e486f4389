/** Which forms of artifact a deployer takes, and what they are called where one does not. */
import { artifactForm, type ArtifactForm } from './artifact-form.ts'
import type { BuildArtifact } from './artifact.ts'
import type { DeployerFactory } from './deployer.ts'

type Taking = Pick<DeployerFactory, 'forms'>

/** Whether it takes one of them. Who says nothing of forms may take any. */
export function takesForm({ forms }: Taking, offered: readonly ArtifactForm[]): boolean {
  return forms?.some((form) => offered.includes(form)) !== false
}

/** `a container image or a site of files`. */
export function namesOf(forms: readonly ArtifactForm[]): string {
  return forms.map((form) => formNames[form]).join(' or ')
}

/** `processes of the host (kind "node")`. */
export function described(artifact: BuildArtifact): string {
  return `${formNames[artifactForm(artifact)]} (kind "${artifact.kind}")`
}

const formNames: Readonly<Record<ArtifactForm, string>> = {
  process: 'processes of the host',
  image: 'a container image',
  site: 'a site of files',
}

/** What an app writes to become one of these. Undefined where no line of hop3.toml does that. */
export function lineFor(forms: readonly ArtifactForm[]): string | undefined {
  return forms.includes('image') ? 'build an image: strategy = "docker" under [build]' : undefined
}
