import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.{java,moto}.test.ts', 'packages/stack-check/**'],
    setupFiles: ['vitest.setup.ts'],
    // All cores: vitest would leave one of them idle.
    maxWorkers: '100%',
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
