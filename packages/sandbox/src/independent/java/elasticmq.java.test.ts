import { queueHarnessContract } from '../../lambda/queue-harness.contract.ts'
import { startElasticMq } from './start-elasticmq.ts'

queueHarnessContract('ElasticMQ', startElasticMq)
