/** Which package may import what. ARCHITECTURE.md shows this table; package-rules.test.ts checks it. */

export const packageNames = [
  'core',
  'engine',
  'aws',
  'channels',
  'functions',
  'worker',
  'cli',
  'fake-aws',
  'oracle',
  'sandbox',
  'simulation',
  'conformance',
  'acceptance',
  'stack-check',
] as const
export type PackageName = (typeof packageNames)[number]

/** A path outside the package that its files may import. */
interface Exception {
  /** From the root of the repository; a folder ends with a slash. */
  readonly path: string
  /** The one file that may; any file of the package if left out. */
  readonly from?: string
  readonly reason: string
}

export interface PackageRule {
  /** The cell "holds" in ARCHITECTURE.md. */
  readonly holds: string
  readonly keynag: readonly PackageName[]
  /** Packages of the registry; a name that ends with `*` stands for all that begin so. */
  readonly externals: readonly string[] | 'any'
  /** The cell "may depend on", where a list of the names would not say it well. */
  readonly mayDependOn?: string
  /** Packages that only the files of one folder may import. */
  readonly onlyIn?: Readonly<Partial<Record<PackageName, string>>>
  /** True if Node's own modules are forbidden outside tests. */
  readonly isPure?: boolean
  /** Files for tests that their names do not show; `all` if the package is there for tests only. */
  readonly testFiles?: readonly string[] | 'all'
  readonly exceptions?: readonly Exception[]
}

const product = ['core', 'engine', 'aws', 'channels', 'functions', 'worker', 'cli'] as const

const anythingBut = (...excluded: readonly PackageName[]): readonly PackageName[] =>
  packageNames.filter((name) => !excluded.includes(name))

export const packageRules: Readonly<Record<PackageName, PackageRule>> = {
  core: {
    holds:
      "pure code: events, policies, the life of a key, decisions, the rotation plan, the ledger's interface. No Node types, no SDK, no `Date`",
    keynag: [],
    externals: ['zod'],
    isPure: true,
  },
  engine: {
    holds:
      'what keynag does, over ports: planner, scanner, sweeper, notifier, escalator, rotator, digest, bounces, and the commands of operators. No SDK, no Lambda types',
    keynag: ['core'],
    externals: ['zod'],
  },
  aws: {
    holds:
      'adapters to AWS: the ledger in DynamoDB, IAM, hand-over secrets, queues, roles, sessions; the names of SDK errors',
    keynag: ['core'],
    externals: ['@aws-sdk/*', 'csv-parse', 'zod'],
  },
  channels: {
    holds: 'Slack and mail: rendering from data, and delivery',
    keynag: ['core'],
    externals: ['@slack/web-api', '@aws-sdk/client-sesv2'],
    mayDependOn: 'core, the clients of Slack and SES',
  },
  functions: {
    holds:
      "the Lambda wiring only: handlers, Powertools' batch processing, environment variables, telemetry",
    keynag: ['engine', 'aws', 'channels', 'core'],
    externals: ['@aws-lambda-powertools/*', 'zod'],
    exceptions: [
      {
        path: 'keynag.config.ts',
        from: 'src/production-ports.ts',
        reason: "SST bundles the organization's own settings into each function",
      },
    ],
  },
  worker: {
    holds: 'the wiring of everything in one process',
    keynag: ['engine', 'functions', 'aws', 'core'],
    externals: [],
  },
  cli: {
    holds: 'the command `keynag`: a folder for each command',
    keynag: ['engine', 'aws', 'channels', 'core', 'worker'],
    externals: ['commander', 'csv-stringify', 'zod'],
    onlyIn: { worker: 'src/commands/worker/' },
  },
  'fake-aws': {
    holds:
      "for development: an AWS organization, IAM, STS, Secrets Manager, CloudTrail, SQS, DynamoDB, SES, Slack and Lambda's event source mapping on loopback, with faults and a clock",
    keynag: [],
    externals: 'any',
    mayDependOn: 'no keynag package',
    testFiles: ['src/aws/test-organization.ts'],
  },
  oracle: {
    holds:
      'for development: reads the finished letters as people do, and compares what they say with what is done to the keys; it shares no code with keynag',
    keynag: [],
    externals: [],
    mayDependOn: 'nothing',
    isPure: true,
  },
  sandbox: {
    holds:
      'for development: keynag wired to `fake-aws`, the demo, the inbox page, the checks of invariants',
    keynag: ['fake-aws', 'oracle', ...product],
    externals: 'any',
    mayDependOn: 'fake-aws, oracle and the product; no test runner',
  },
  simulation: {
    holds:
      'for development: models of AWS in memory, runs with faults, mutants (copies of the code with one guard removed)',
    keynag: ['core', 'engine', 'channels', 'oracle'],
    externals: ['zod'],
    mayDependOn: 'core, engine, channels, oracle',
  },
  conformance: {
    holds:
      'for development: contracts and whole days of keynag against moto, DynamoDB Local and ElasticMQ',
    keynag: anythingBut('simulation', 'acceptance', 'conformance'),
    externals: 'any',
    mayDependOn: 'anything but simulation and acceptance',
    testFiles: 'all',
  },
  acceptance: {
    holds:
      'for development: scenarios, the kill-test, the checks of these pages, recorded histories, the command line against the sandbox',
    keynag: anythingBut('acceptance'),
    externals: 'any',
    mayDependOn: 'anything; nothing imports it',
    testFiles: 'all',
  },
  'stack-check': {
    holds:
      'for development: evaluates the stacks, with rules, mutants of the stacks and the reviewed graph',
    keynag: ['core', 'aws'],
    externals: 'any',
    mayDependOn: 'reads `stacks/`; core, aws',
    exceptions: [
      { path: '.sst/platform/', reason: "SST's own components and Pulumi are installed there" },
      {
        path: 'node_modules/sst/package.json',
        from: 'src/make-platform.ts',
        reason: "SST's version: the root lists sst",
      },
    ],
  },
}

/** Files outside packages that import keynag's code. */
export const rootImports: readonly {
  readonly files: string
  readonly packages: readonly PackageName[]
  readonly reason: string
}[] = [
  {
    files: 'stacks/',
    packages: ['core', 'aws', 'functions'],
    reason:
      'SST bundles the stacks from the root, which lists core only: they import files by path',
  },
  {
    files: 'sst.config.ts',
    packages: ['core', 'aws'],
    reason: 'it composes the stacks, and is bundled with them',
  },
  {
    files: 'keynag.config.ts',
    packages: ['core'],
    reason: "the organization's own settings, typed by defineConfig",
  },
]
