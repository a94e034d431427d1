/**
 * Lint of TypeScript. Types are asked for one rule above all: a promise that nobody waits for is a lost record.
 * Format is Prettier's; what the compiler finds itself (`npm run check` runs it) is not asked twice.
 */
import plugin from "@typescript-eslint/eslint-plugin";
import parser from "@typescript-eslint/parser";

/** A file that only hands on what others define hides where things come from. */
const BARRELS = [
  { selector: "ExportAllDeclaration", message: "Import from the file that defines: no barrels." },
  { selector: "ExportNamedDeclaration[source]", message: "Import from the file that defines: no barrels." },
];
const SKIPPED = {
  selector: "MemberExpression[object.name=/^(it|describe|context)$/][property.name=/^(only|skip)$/]",
  message: "A test is run, or it is not there.",
};
const DEFAULT = { selector: "ExportDefaultDeclaration", message: "Exports have names." };

export default [
  { ignores: ["artifacts/", "cache/", "types/", "dist/", "data/", "contracts/", "docs/ledger/", "test/vectors/"] },
  {
    files: ["**/*.ts"],
    languageOptions: { parser, parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "@typescript-eslint": plugin },
    rules: {
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [] }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "no-restricted-syntax": ["error", ...BARRELS, SKIPPED, DEFAULT],
      "constructor-super": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-cond-assign": "error",
      "no-control-regex": "off",
      "no-debugger": "error",
      "no-duplicate-case": "error",
      "no-empty": ["error", { allowEmptyCatch: true }],
      "no-self-assign": "error",
      "no-self-compare": "error",
      "no-sparse-arrays": "error",
      "no-unreachable": "error",
      "no-unsafe-finally": "error",
      "no-useless-catch": "error",
      "no-useless-escape": "error",
      "no-var": "error",
      "prefer-const": "error",
      "use-isnan": "error",
    },
  },
  { files: ["*.config.ts"], rules: { "no-restricted-syntax": ["error", ...BARRELS, SKIPPED] } },
];
