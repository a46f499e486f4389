import { expect, test } from 'vitest'
import { baseEnv, loginEnv, toolEnv } from '../src/tool-env.ts'

test('tools see where to find things, and no secret of the operator', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/me',
    LC_CTYPE: 'C.UTF-8',
    https_proxy: 'http://proxy:3128',
    SSL_CERT_FILE: '/ca.pem',
    npm_config_registry: 'http://registry/',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NPM_TOKEN: 'secret',
    NODE_OPTIONS: '--require ./evil.js',
    npm_config_userconfig: '/x',
    UNSET: undefined,
  }
  expect(toolEnv(env)).toEqual({
    PATH: '/bin',
    HOME: '/home/me',
    LC_CTYPE: 'C.UTF-8',
    https_proxy: 'http://proxy:3128',
    SSL_CERT_FILE: '/ca.pem',
    npm_config_registry: 'http://registry/',
  })
})

test('programs that log in see what is of a provider, and nothing else does', () => {
  const provider = {
    AWS_ACCESS_KEY_ID: 'id',
    AWS_PROFILE: 'prod',
    GOOGLE_APPLICATION_CREDENTIALS: '/key.json',
    CLOUDSDK_CONFIG: '/gcloud',
    AZURE_CLIENT_SECRET: 'secret',
    AAD_LOGIN_METHOD: 'spn',
  }
  const env = { ...provider, MY_AWS_KEY: 'x', NPM_TOKEN: 'secret', KUBECONFIG: '/config', AWS_REGION: undefined }
  expect(loginEnv(env)).toEqual(provider)
  expect(toolEnv(env)).toEqual({ KUBECONFIG: '/config' })
  expect(Object.keys(baseEnv(env))).toEqual(['HOME', 'USER', 'LANG', 'PATH'])
})

test('workers get a small fixed base, also from an empty environment', () => {
  expect(baseEnv({ PATH: '/bin', HOME: '/home/me', USER: 'me', LANG: 'de_DE.UTF-8', http_proxy: 'http://proxy' })).toEqual({
    PATH: '/bin',
    HOME: '/home/me',
    USER: 'me',
    LANG: 'de_DE.UTF-8',
  })
  expect(baseEnv({})).toEqual({ HOME: '/', USER: 'hop3', LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin' })
})
