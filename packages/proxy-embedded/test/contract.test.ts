import { testProxy } from '@hop3/testing'
import { embeddedProxy } from '../src/index.ts'

testProxy({ factory: embeddedProxy })
