/** Not a static import: that reads every member of the module, and some of them load others. 1 ms of every start. */
export const { parseArgs, stripVTControlCharacters, styleText } = process.getBuiltinModule('node:util')
