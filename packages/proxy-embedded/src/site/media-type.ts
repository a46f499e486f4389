/** The media type of a file by its extension, with the charset where it is text. */
import { mediaTypes, textTypes } from '@hop3/core/routes'

/** Unknown extensions are bytes: a browser then saves what it might otherwise run. */
export function mediaType(fileName: string): string {
  const dot = fileName.lastIndexOf('.')
  const extension = dot === -1 ? '' : fileName.slice(dot + 1).toLowerCase()
  const type = (Object.hasOwn(mediaTypes, extension) ? mediaTypes[extension] : undefined) ?? 'application/octet-stream'
  return textTypes.has(type) ? `${type}; charset=utf-8` : type
}
