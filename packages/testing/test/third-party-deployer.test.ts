// The package in examples/ runs the suite as its author would; it has no test project of its own.
// oxlint-disable-next-line import/no-unassigned-import -- importing it registers its tests
import '../../../examples/third-party-deployer/test/contract.test.js'
