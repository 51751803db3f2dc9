import { startFakeAwsWorld } from './fake-aws-world.ts'
import { startSimulatedWorld } from './simulated-world.ts'
import { twoModelsContract } from './two-models.contract.ts'

twoModelsContract('packages/simulation', startSimulatedWorld)
twoModelsContract('packages/fake-aws', startFakeAwsWorld)
