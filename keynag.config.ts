import { defineConfig, presetNamed } from '@keynag/core'

/**
 * The organisation's own settings. Everything is a dry run until a policy's `mode` says otherwise:
 * `notify` sends messages, `enforce` also rotates, deactivates and deletes.
 */
export default defineConfig({
  contacts: {
    domains: ['example.com'],
    ownerTags: ['owner', 'owner-email'],
    managerTags: ['manager'],
    default: 'platform@example.com',
  },
  mail: { from: 'keynag@example.com' },
  security: { channel: '#security', email: 'security@example.com' },
  administrators: ['platform@example.com'],
  protected: { paths: ['/break-glass/'], userNames: [] },
  policies: [presetNamed('cis-rotation')],
})
