import { inspect } from 'node:util'
import { KeynagError, transient } from '@keynag/core'
import { describe, expect, it } from 'vitest'
import { classify, missesKey, refusalOf, wasRepeated } from './classify.ts'

/** An error as the SDK throws it. */
const fromAws = (name: string, status?: number, message = 'as AWS says') =>
  Object.assign(new Error(message), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status, requestId: 'r-1' } }),
  })

const fromNode = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

const call = { operation: 'iam:ListAccessKeys', accountId: '111111111111' }

describe('an error of AWS', () => {
  it.each([
    [fromAws('Throttling', 400), 'transient', 'KEYNAG_THROTTLED'],
    [fromAws('ThrottlingException', 400), 'transient', 'KEYNAG_THROTTLED'],
    [fromAws('TooManyRequestsException', 400), 'transient', 'KEYNAG_THROTTLED'],
    [fromAws('ProvisionedThroughputExceededException', 400), 'transient', 'KEYNAG_THROTTLED'],
    [fromAws('Whatever', 429), 'transient', 'KEYNAG_THROTTLED'],
    [fromAws('TransactionConflictException', 400), 'transient', 'KEYNAG_UNAVAILABLE'],
    [fromAws('ConcurrentModificationException', 409), 'transient', 'KEYNAG_UNAVAILABLE'],
    [fromAws('ExpiredToken', 403), 'transient', 'KEYNAG_CREDENTIALS_EXPIRED'],
    [fromAws('ExpiredTokenException', 400), 'transient', 'KEYNAG_CREDENTIALS_EXPIRED'],
    [fromAws('InternalFailure', 500), 'transient', 'KEYNAG_UNAVAILABLE'],
    [fromAws('ServiceUnavailable', 503), 'transient', 'KEYNAG_UNAVAILABLE'],
    [fromAws('TimeoutError'), 'transient', 'KEYNAG_UNAVAILABLE'],
    [fromNode('ECONNRESET'), 'transient', 'KEYNAG_UNAVAILABLE'],
    [fromNode('ECONNREFUSED'), 'transient', 'KEYNAG_UNAVAILABLE'],
    [new Error('failed', { cause: fromNode('ETIMEDOUT') }), 'transient', 'KEYNAG_UNAVAILABLE'],
    [fromAws('AccessDenied', 403), 'permanent', 'KEYNAG_ACCESS_DENIED'],
    [fromAws('AccessDeniedException', 400), 'permanent', 'KEYNAG_ACCESS_DENIED'],
    [fromAws('InvalidClientTokenId', 403), 'permanent', 'KEYNAG_CREDENTIALS_REFUSED'],
    [fromAws('CredentialsProviderError'), 'transient', 'KEYNAG_CREDENTIALS_MISSING'],
    [fromAws('ValidationError', 400), 'permanent', 'KEYNAG_REQUEST_REJECTED'],
    [fromAws('NoSuchEntityException', 404), 'permanent', 'KEYNAG_REQUEST_REJECTED'],
    [fromAws('NeverHeardOf', 400), 'permanent', 'KEYNAG_REQUEST_REJECTED'],
  ])('%s is %s %s', (error, errorClass, code) => {
    const classified = classify(error, call)
    expect(classified).toBeInstanceOf(KeynagError)
    expect(classified).toMatchObject({ errorClass, code, cause: error })
    expect(classified.message).toMatch(/^iam:ListAccessKeys in account 111111111111: ./)
  })

  it('is a missing ledger when DynamoDB does not know the table', () => {
    const error = fromAws('ResourceNotFoundException', 400)
    expect(classify(error, { operation: 'dynamodb:GetItem' })).toMatchObject({
      errorClass: 'permanent',
      code: 'KEYNAG_LEDGER_MISSING',
    })
  })

  it('is left as it is when it is one of ours, or a bug', () => {
    const ours = transient('KEYNAG_THROTTLED', 'slow down')
    expect(classify(ours, call)).toBe(ours)
    const bug = new TypeError('x is not a function')
    expect(classify(bug, call)).toBe(bug)
    expect(classify('thrown text', call)).toMatchObject({ message: 'thrown text' })
  })
})

const denied = (attempts: number) =>
  Object.assign(new Error('denied'), {
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403, attempts },
  })

describe('a refusal after the SDK has repeated the request', () => {
  it('says nothing of the first request', () => {
    expect([wasRepeated(denied(1)), wasRepeated(denied(2))]).toEqual([false, true])
    const call = { operation: 'iam:UpdateAccessKey' }
    expect(classify(denied(1), call)).toMatchObject({ errorClass: 'permanent' })
    expect(classify(denied(2), { ...call, effect: 'repeated' })).toMatchObject({
      errorClass: 'ambiguous',
    })
  })
})

describe('an error of a call that must not be repeated unseen', () => {
  const once = { operation: 'iam:CreateAccessKey', effect: 'once', secret: true } as const

  it.each([
    fromAws('InternalFailure', 500),
    fromAws('ServiceFailureException', 503),
    fromAws('TimeoutError'),
    fromNode('ECONNRESET'),
    new SyntaxError('Unexpected end of XML'),
  ])('%s is ambiguous', (error) => {
    expect(classify(error, once)).toMatchObject({
      errorClass: 'ambiguous',
      code: 'KEYNAG_EFFECT_UNKNOWN',
    })
  })

  it.each([
    [fromAws('Throttling', 400), 'transient'],
    [fromAws('LimitExceededException', 409), 'transient'],
    [fromNode('ECONNREFUSED'), 'transient'],
    [fromAws('AccessDenied', 403), 'permanent'],
    [fromAws('ValidationError', 400), 'permanent'],
  ])('%s is %s: nothing was done', (error, errorClass) => {
    expect(classify(error, once)).toMatchObject({ errorClass })
  })

  it('keeps nothing of what AWS sent', () => {
    const error = Object.assign(fromAws('InternalFailure', 500, 'near "wJalrXUtnFEMI"'), {
      $response: { body: 'wJalrXUtnFEMI' },
    })
    const classified = classify(error, once)
    expect(inspect(classified, { depth: 10, showHidden: true })).not.toContain('wJalrXUtnFEMI')
    expect(classified.cause).toMatchObject({
      message: 'InternalFailure (HTTP 500, request r-1)',
    })
  })
})

describe('a refusal that the adapters answer themselves', () => {
  it.each([
    ['NoSuchEntity', 'no-such-entity'],
    ['NoSuchEntityException', 'no-such-entity'],
    ['LimitExceededException', 'limit-exceeded'],
    ['CredentialReportNotReadyException', 'report-in-progress'],
    ['ReportExpired', 'report-expired'],
    ['constructor', undefined],
    ['Throttling', undefined],
  ])('%s is %s', (name, refusal) => {
    expect(refusalOf(fromAws(name, 400))).toBe(refusal)
  })

  it.each([
    ['You tried to perform the operation on a secret that is currently marked deleted.', true],
    ['because it was marked for deletion.', true],
    ['a secret with this name is already scheduled for deletion.', true],
    ["You can't enable rotation", false],
  ])('%s', (message, deleted) => {
    const refusal = refusalOf(fromAws('InvalidRequestException', 400, message))
    expect(refusal).toBe(deleted ? 'being-deleted' : undefined)
  })
})

describe('a NoSuchEntity', () => {
  const key = 'AKIAIOSFODNN7EXAMPLE'
  it.each([
    [`The Access Key with id ${key} cannot be found.`, true],
    ['The Access Key with id AKIAI44QH8DHBEXAMPLE cannot be found.', false],
    ['The user with name ann cannot be found.', false],
    [`The user with name ${key} cannot be found.`, false],
    ['as AWS says', false],
    ['', false],
  ])('says that the key is missing only where it names the key: %s', (message, isKey) => {
    expect(missesKey(fromAws('NoSuchEntityException', 404, message), key)).toBe(isKey)
  })
})
