import { z } from 'zod'

/** An error as DynamoDB answers it: an HTTP status and a JSON body whose `__type` names it. */
export class DynamoDbFailure extends Error {
  readonly statusCode: number
  readonly body: Readonly<Record<string, unknown>>

  constructor(statusCode: number, body: Record<string, unknown>) {
    super(String(body['message'] ?? body['Message'] ?? body['__type']))
    this.name = 'DynamoDbFailure'
    this.statusCode = statusCode
    this.body = body
  }

  /** The short name, e.g. `ConditionalCheckFailedException`. */
  get type(): string {
    return String(this.body['__type']).replace(/^.*#/, '')
  }
}

const dynaliteFailure = z.object({
  statusCode: z.number(),
  body: z.record(z.string(), z.unknown()),
})

/** Converts an error of dynalite: an answer for the client becomes a `DynamoDbFailure`. */
export const toFailure = (thrown: unknown): unknown => {
  const parsed = dynaliteFailure.safeParse(thrown)
  return parsed.success ? new DynamoDbFailure(parsed.data.statusCode, parsed.data.body) : thrown
}

const model = 'com.amazonaws.dynamodb.v20120810#'

export const validationException = (message: string) =>
  new DynamoDbFailure(400, { __type: 'com.amazon.coral.validate#ValidationException', message })

export const idempotentParameterMismatch = () =>
  new DynamoDbFailure(400, {
    __type: `${model}IdempotentParameterMismatchException`,
    Message: 'The client token was used before with different parameters',
  })

/** The reason for one item of a transaction. An item whose own condition held has `None`. */
export type CancellationReason = { Code: string; Message?: string; Item?: object }

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const transactionCanceled = (reasons: CancellationReason[]) =>
  new DynamoDbFailure(400, {
    __type: `${model}TransactionCanceledException`,
    Message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      `[${reasons.map((reason) => reason.Code).join(', ')}]`,
    CancellationReasons: reasons,
  })
