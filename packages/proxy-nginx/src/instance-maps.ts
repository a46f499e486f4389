/** How a request finds its instance: from the path its app's link leads to now. Pure text. */
import { block } from './config-words.ts'

/** The variables of an app with this many places; each holds one instance, or nothing where there is none. */
export function instanceVariables(slots: number): readonly [first: string, second: string, third: string] {
  return [`$hop3_first_${slots}`, `$hop3_second_${slots}`, `$hop3_third_${slots}`]
}

/** The maps of all apps with this many places. A request takes any place, and where nobody is the ones beside it. */
export function instanceMaps(slots: number): readonly string[] {
  const indexes = Array.from({ length: slots }, (_, index) => index)
  const captures = indexes.map((index) => `(?<hop3_${slots}_${index}>[^@]+)/@`).join('/')
  const chosen = (variable: string, by: number): readonly string[] =>
    block(`map "$hop3_known_${slots}$hop3_turn_${slots}" ${variable}`, [
      'default "";',
      ...indexes.map((index) => `y${index} $hop3_${slots}_${index + by < slots ? index + by : index - by};`),
    ])
  const [first, second, third] = instanceVariables(slots)
  return [
    ...block(`map $hop3_place $hop3_known_${slots}`, ['default "";', `"~^.*?/live/\\.[^/]+/[^/]+/@/${captures}$" y;`]),
    ...block(`split_clients $request_id $hop3_turn_${slots}`, [
      ...indexes.slice(1).map((index) => `${(Math.floor(10_000 / slots) / 100).toFixed(2)}% ${index};`),
      '* 0;',
    ]),
    ...chosen(first, 0),
    ...chosen(second, 1),
    ...chosen(third, 2),
  ]
}

/**
 * What every app has. nginx looks a path up again whenever it is used, even twice for one text: another link would make it another one half way.
 * What a map has seen stays for the request.
 */
export const placeMaps = [
  ...block('map $realpath_root $hop3_here', ['default "";', '"~^(?<hop3_path>.+)$" $hop3_path;']),
  ...block('map $hop3_place $hop3_release', ['default "";', '"~^.*?/live/\\.[^/]+/(?<hop3_named>[^/]+)(?:/closed)?/@" $hop3_named;']),
  ...block('map $hop3_place $hop3_maintained', ['default "";', '"~^.*?/live/\\.[^/]+/[^/]+/closed/@" 1;']),
  // Its page is asked for within the request, and is not closed itself.
  ...block('map "$hop3_maintained$uri" $hop3_closed', ['volatile;', 'default "";', '"~^1(?!//)" 1;']),
]
