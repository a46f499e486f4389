import { hop3Error, type Hop3Error } from '@hop3/core'

/** There is no uWSGI, and `why` it cannot be provided. */
export function missingUwsgi(why: string): Hop3Error {
  return hop3Error('deploy.uwsgi.missing', `Cannot start any worker: uWSGI is not installed, and ${why}.`, {
    hint: 'Install it: apt-get install uwsgi-core uwsgi-plugin-python3 (or python3-pip, so that Hop3 can provide uWSGI itself).',
    class: 'environment',
  })
}
