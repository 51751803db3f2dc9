import { queueHarnessContract } from '../../lambda/queue-harness.contract.ts'
import { startMoto } from './start-moto.ts'

queueHarnessContract("moto's SQS", startMoto)
