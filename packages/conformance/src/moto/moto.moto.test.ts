import { awsContract } from '../aws.contract.ts'
import { startMotoUnderTest } from './moto-under-test.ts'

awsContract('moto', startMotoUnderTest)
