/**
 * Hardhat: builds the ledger, writes its TypeScript types, runs test/contracts.
 * The compiler comes from npm (`solc`), so a build needs no network.
 */
import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatEthersChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import { defineConfig } from "hardhat/config";

export default defineConfig({
  plugins: [hardhatEthers, hardhatEthersChaiMatchers, hardhatMocha, hardhatNetworkHelpers, hardhatTypechain],
  solidity: {
    version: "0.8.37",
    path: createRequire(import.meta.url).resolve("solc/soljson.js"),
    // `osaka` has the P256VERIFY precompile (EIP-7951) with which the ledger checks a phone's signature.
    settings: { evmVersion: "osaka", optimizer: { enabled: true, runs: 200 } },
    npmFilesToBuild: ["@openzeppelin/contracts/access/manager/AccessManager.sol"],
    splitTestsCompilation: true,
  },
  paths: { tests: { mocha: "test/contracts", solidity: "test/contracts" } },
  networks: {
    default: { type: "edr-simulated", chainType: "l1", hardfork: "osaka", initialBaseFeePerGas: 0 },
  },
  // What TypeChain writes uses namespaces, which our own code may not (`erasableSyntaxOnly`).
  test: {
    solidity: {
      fsPermissions: { readDirectory: ["test/vectors"] },
      fuzz: { runs: 256, seed: "0x46757272" },
      invariant: { runs: 16, depth: 64, failOnRevert: false },
    },
  },
  typechain: { outDir: "types", tsNocheck: true },
});
