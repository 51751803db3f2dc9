import { awsContract } from '../aws.contract.ts'
import { startLocal } from './local-under-test.ts'

awsContract('the local model', startLocal)
