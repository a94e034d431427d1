// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Aside, LabelSource, Link, Recorder, Subject} from "./types/Slots.sol";

/// @dev All that the ledger keeps. The kinds' libraries run on it by delegatecall; nothing else writes it.
struct State {
    /// Head 28 bytes ‖ seq u32; zero before birth (docs/ledger.md §5).
    mapping(bytes32 subject => bytes32) words;
    /// One slot a subject; which drawing of Slots.sol applies, its `sort` says (see libraries/Subjects.sol).
    mapping(bytes32 subject => Subject) subjects;
    mapping(address recorder => Recorder) recorders;
    /// Bit n & 255 of word n >> 8 says that nonce n is spent.
    mapping(address recorder => mapping(uint64 index => uint256)) nonces;
    mapping(uint24 number => bytes32 product) productIds;
    mapping(bytes32 run => LabelSource) labelSources;
    mapping(bytes32 consumer => mapping(bytes32 input => Link)) links;
    /// 1: the certificate names the product or plot.
    mapping(bytes32 certificate => mapping(bytes32 subject => uint256)) scopes;
    mapping(bytes32 lot => Aside) asides;
    /// Bit k & 255 of word k >> 8: label k of the run is void.
    mapping(bytes32 run => mapping(uint256 index => uint256)) voided;
    /// Bits of the capacities (1 << capacity) in which the organisation's recalls of the subject stand.
    mapping(bytes32 subject => mapping(uint24 organisation => uint256)) recalls;
    /// How many were given so far, so also the newest number.
    uint24 organisations;
    uint24 products;
}

/// @dev What a kind is handed beside the state and its args: who writes, where in the batch.
struct EntryContext {
    address recorder;
    uint24 organisation;
    uint32 roles;
    uint64 nonce;
    bytes32 batch;
    bytes32 stamp;
    bytes32 leaf;
    /// The group's subject and number.
    bytes32 subject;
    uint16 group;
    /// The entry's number in its group, and its kind.
    uint16 entry;
    uint8 kind;
}
