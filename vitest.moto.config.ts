import { defineConfig } from 'vitest/config'

/** Tests against moto, which needs Python: `npx pnpm test:moto`. */
export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.moto.test.ts'],
    globalSetup: ['packages/conformance/src/moto/prepare.ts'],
    setupFiles: ['vitest.setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
