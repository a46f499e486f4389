/** The Nix files of this package. They lie beside `src` and `dist`, so that this holds for both. */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const nixDirectory: string = realpathSync(fileURLToPath(new URL('../nix/', import.meta.url)))
