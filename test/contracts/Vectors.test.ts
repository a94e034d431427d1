/**
 * The vectors of docs/ledger/*.json on a real ledger. Heads depend on the ledger's own address and on the block's time, so each
 * batch is signed again for this ledger with the scalars of the file, and its moves are those of `protocol`'s fold.
 */
import { expect } from "chai";
import { p256 } from "@noble/curves/nist.js";
import type { LogDescription } from "ethers";
import { network } from "hardhat";
import batchFile from "../../docs/ledger/batch.json" with { type: "json" };
import entryFile from "../../docs/ledger/entry.json" with { type: "json" };
import sequenceFile from "../../docs/ledger/sequence.json" with { type: "json" };
import type { Group } from "../../protocol/batch.ts";
import { encodeGroup, newSubjectId } from "../../protocol/batch.ts";
import { bytesOf, concat, hexOf, uint } from "../../protocol/bytes.ts";
import { foldBatch, readSeqPlace } from "../../protocol/fold.ts";
import { kindByNumber } from "../../protocol/kinds/all.ts";
import { REASONS } from "../../protocol/ledger-abi.ts";
import { leafHash, treeRoot } from "../../protocol/merkle.ts";
import { lowS } from "../../protocol/sign.ts";
import { hex, type Hex, sha256 } from "../support/phone.ts";
import { primitives } from "../support/primitives.ts";
import { deployWorld, type Outcome, type World } from "../support/simulator.ts";
