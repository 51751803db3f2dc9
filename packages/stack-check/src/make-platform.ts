import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sst from '../../../node_modules/sst/package.json' with { type: 'json' }

const root = join(import.meta.dirname, '../../..')
const platform = join(root, '.sst/platform')

/**
 * Makes `.sst/platform`: SST's own sources and types, which the type check and the evaluation of the
 * stacks use. It needs only the npm registry, and no AWS account or Pulumi engine.
 *
 * @throws Error when SST fails; SST prints the reason on standard error
 */
export function makePlatform(): void {
  if (isMade()) return
  const { status, error } = spawnSync(
    join(root, 'node_modules/.bin/sst'),
    ['install', '--stage', 'test'],
    {
      cwd: root,
      stdio: ['ignore', process.stderr.fd, process.stderr.fd],
      env: {
        ...process.env,
        // Otherwise SST downloads Pulumi and Bun from GitHub, and looks for credentials.
        SST_SKIP_DEPENDENCY_CHECK: '1',
        SST_TELEMETRY_DISABLED: '1',
        AWS_EC2_METADATA_DISABLED: 'true',
        // An absolute path, because SST starts it from .sst/platform.
        SST_BUN_PATH: join(root, 'node_modules/.bin/bun'),
      },
    },
  )
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`sst install ended with ${status}`)
}

/** SST writes the version first and its dependencies last, so check both. */
function isMade(): boolean {
  const written = join(platform, 'version')
  return (
    existsSync(written) &&
    readFileSync(written, 'utf8').trim() === sst.version &&
    existsSync(join(platform, 'node_modules/@pulumi/aws/package.json')) &&
    existsSync(join(platform, 'config.d.ts'))
  )
}

if (import.meta.main) makePlatform()
