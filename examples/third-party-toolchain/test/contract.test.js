import { testToolchain } from '@hop3/testing'
import { make } from '../src/index.js'

testToolchain({
  factory: make,
  accepts: { Makefile: 'build:\n\ttouch built\n\nstart: built\n\t./server\n' },
  rejects: { Makefile: 'START := 1\nall:\n\techo no server here\n' },
})
