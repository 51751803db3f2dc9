import { defineConfig, presetNamed } from '@keynag/core'

/**
 * The organisation's own settings. Every policy is a dry run until its `mode` says otherwise: `notify`
 * sends messages, `enforce` also rotates, deactivates and deletes.
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
