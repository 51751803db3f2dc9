import { hub } from './answers.ts'

const { partition, region, accountId } = hub
const arn = (service: string, resource: string, account = accountId, place = region): string =>
  `arn:${partition}:${service}:${place}:${account}:${resource}`

/** What AWS would return for a new resource: its ID, and the attributes that others use. */
export function created(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
): { id: string; state: Record<string, unknown> } {
  const called = typeof inputs['name'] === 'string' ? inputs['name'] : name
  const made = (id: string, more: Record<string, unknown>) => ({
    id,
    state: { ...inputs, name: called, ...more },
  })
  switch (type) {
    case 'aws:sqs/queue:Queue': {
      const url = `https://sqs.${region}.amazonaws.com/${accountId}/${called}`
      return made(url, { url, arn: arn('sqs', called) })
    }
    case 'aws:dynamodb/table:Table':
      return made(called, { arn: arn('dynamodb', `table/${called}`) })
    case 'aws:iam/role:Role':
      return made(called, { arn: arn('iam', `role/${called}`, accountId, ''), uniqueId: 'AROA' })
    case 'aws:lambda/function:Function': {
      const own = arn('lambda', `function:${called}`)
      return made(called, { arn: own, qualifiedArn: own, invokeArn: own })
    }
    case 'aws:sns/topic:Topic':
      return made(arn('sns', called), { arn: arn('sns', called) })
    case 'aws:kms/key:Key':
      return made(name, { arn: arn('kms', `key/${name}`), keyId: name })
    case 'aws:cloudwatch/logGroup:LogGroup':
      return made(called, { arn: arn('logs', `log-group:${called}`) })
    case 'aws:secretsmanager/secret:Secret':
      return made(arn('secretsmanager', `secret:${called}-AbCdEf`), {
        arn: arn('secretsmanager', `secret:${called}-AbCdEf`),
      })
    case 'aws:s3/bucketObjectv2:BucketObjectv2':
      return made(String(inputs['key']), { versionId: 'version' })
    case 'random:index/randomBytes:RandomBytes':
      return made(name, { base64: 'graph-encryption-key', hex: '00' })
    default: {
      const [module = '', kind = ''] = type.split(':').slice(1)
      const service = module.split('/')[0] ?? ''
      return made(name, { arn: arn(service, `${kind}/${called}`) })
    }
  }
}
