// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Numbers of the kinds of entry (docs/ledger.md §6). The family is kind / 8.

uint8 constant ENROL = 1;
uint8 constant EXPEL = 2;
uint8 constant PRODUCT = 8;
uint8 constant MEMBER = 9;
uint8 constant PLOT = 16;
uint8 constant SITE = 17;
uint8 constant ORIGIN = 24;
uint8 constant PLANT = 25;
uint8 constant GROW = 32;
uint8 constant SENSE = 33;
uint8 constant NOTE = 34;
uint8 constant TEST = 40;
uint8 constant INSPECT = 41;
uint8 constant ATTEST = 42;
uint8 constant DISPUTE = 48;
uint8 constant ANSWER = 49;
uint8 constant HARVEST = 56;
uint8 constant TRANSFORM = 57;
uint8 constant DISCARD = 58;
uint8 constant SHIP = 64;
uint8 constant RECEIVE = 65;
uint8 constant REFUSE = 66;
uint8 constant WITHDRAW = 67;
uint8 constant APPLY = 72;
uint8 constant CERTIFY = 73;
uint8 constant SUSPEND = 74;
uint8 constant LIFT = 75;
uint8 constant REVOKE = 76;
uint8 constant PROMISE = 80;
uint8 constant LABEL = 88;
uint8 constant VOID = 89;
uint8 constant RECALL = 96;
uint8 constant RELEASE = 97;
uint8 constant ACKNOWLEDGE = 98;
uint8 constant CORRECT = 104;

/// @dev Sort of an organisation: no entry makes one.
uint8 constant SORT_ORGANISATION = 0;

// Roles of an organisation, one bit each (docs/ledger.md §6).

uint32 constant ROLE_PRODUCER = 1;
uint32 constant ROLE_PROCESSOR = 2;
uint32 constant ROLE_TRADER = 4;
uint32 constant ROLE_CARRIER = 8;
uint32 constant ROLE_LABORATORY = 16;
uint32 constant ROLE_CERTIFIER = 32;
uint32 constant ROLE_EXPERT = 64;
uint32 constant ROLE_REGULATOR = 128;
/// @dev Whoever makes, works or packs goods.
uint32 constant ROLES_OF_GOODS = ROLE_PRODUCER | ROLE_PROCESSOR | ROLE_TRADER;
/// @dev Whoever may keep a place where goods pass.
uint32 constant ROLES_OF_SITES = ROLES_OF_GOODS | ROLE_CARRIER;
/// @dev Producer 1, processor 2, trader 4, carrier 8, laboratory 16, certifier 32, expert 64, regulator 128.
uint32 constant ROLES_KNOWN = 255;
