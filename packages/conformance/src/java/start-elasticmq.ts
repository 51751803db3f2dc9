import type { Loopback } from '@keynag/fake-aws/loopback'
import { startJava } from './start-java.ts'

/** Starts ElasticMQ, an implementation of SQS in Scala, in memory. @throws {JavaUnusable} */
export const startElasticMq = (): Promise<Loopback> => startJava('elasticmq', 'ElasticMq.java')
