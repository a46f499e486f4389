// The package in examples/ runs the suite as its author would; it has no test project of its own.
import '../../../examples/third-party-deployer/test/contract.test.js'
