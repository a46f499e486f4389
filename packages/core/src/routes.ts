/** What every proxy does alike with routes, in an entry of its own (`@hop3/core/routes`) for processes that stay and want nothing else of core. */
export { checkHosts, checkRoute } from './check-route.ts'
export type { ProxyAbility } from './check-route.ts'
export { checkWish, hostTaken, routesIn } from './check-wish.ts'
export { portOwner, portTaken } from './port-owner.ts'
export type { PortOwner } from './port-owner.ts'
export { formatRoute, namesOf, parseRoute } from './route-file.ts'
