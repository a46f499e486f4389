import { testProxy, testWebServer } from '@hop3/testing'
import { embeddedProxy } from '../src/index.ts'

testProxy({ factory: embeddedProxy })
testWebServer({ factory: embeddedProxy })
