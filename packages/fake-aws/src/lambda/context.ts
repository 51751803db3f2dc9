import { randomUUID } from 'node:crypto'
import type { Context } from 'aws-lambda'

/** A Lambda function's name and time-out, as its configuration states them. */
export type LambdaFunction = { name: string; timeoutSeconds: number; region: string }

const unsupported = () => {
  throw new Error('handlers must be async; context.done, fail and succeed are not supported')
}

/**
 * The context of an invocation. The remaining time counts down in real time from now, not in
 * virtual time.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
export const lambdaContext = (lambda: LambdaFunction): Context => {
  const deadline = performance.now() + lambda.timeoutSeconds * 1000
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: lambda.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${lambda.region}:000000000000:function:${lambda.name}`,
    memoryLimitInMB: '512',
    logGroupName: `/aws/lambda/${lambda.name}`,
    logStreamName: 'sandbox',
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  }
}
