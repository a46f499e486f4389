import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A tree: path relative to its root → its text, an executable's text, or where a symbolic link leads. */
export type Files = Readonly<Record<string, string | { readonly executable: string } | { readonly link: string }>>

/** Writes the tree below `directory`, which is created. */
export async function writeFiles(directory: string, files: Files): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (const [path, content] of Object.entries(files)) {
    const target = join(directory, path)
    await mkdir(dirname(target), { recursive: true })
    if (typeof content === 'string') await writeFile(target, content)
    else if ('link' in content) await symlink(content.link, target)
    else {
      await writeFile(target, content.executable)
      await chmod(target, 0o755)
    }
  }
}
