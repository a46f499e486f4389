/** What is used of `yaml`, so that the rest of it is not loaded. Imported by who needs it, when they do. */
export { parse, stringify } from 'yaml'
