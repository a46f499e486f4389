export { hostPlatform } from '@hop3/core'
