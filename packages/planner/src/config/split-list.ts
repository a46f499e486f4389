/** The elements of a list in one variable or flag: separated by commas, blanks or both. */
export function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((element) => element !== '')
}
