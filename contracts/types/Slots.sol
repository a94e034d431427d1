// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// The slot of a subject after its word (docs/ledger.md §7). Solidity packs a struct from the low end of the slot, so each
// struct is its own drawing: a field's number is the bit at which it starts. All begin with the same head, so that the
// holder of any subject is read without knowing what it is.

/// @dev The head alone.
struct Subject {
    uint24 holder; //   0  number of the organisation; 0: there is no such subject
    uint8 sort; //      24  number of the kind that made it; 0: an organisation
    uint8 status; //    32  low four bits: recalls that stand; then ENDED, SUSPENDED, REVOKED, ANSWERED
    uint8 unit; //      40  1 KGM, 2 MTK, 3 H87, 4 LTR; 0: has no amounts
}

/// @dev The units are numbered from 1.
uint8 constant LAST_UNIT = 4;

struct Organisation {
    uint24 holder; //   0  itself
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint32 roles; //    48  bits, see Kinds.sol
    uint8 state; //     80  1 active, 2 stopped
    uint64 untilBlock; // 88  writes while block <= untilBlock
}

struct Product {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint24 number; //   48  running number, by which other slots name it
    uint40 net; //      72  content of one piece in thousandths; 0: sold loose
    uint16 loss; //     112  usual loss, thousandths of the input
}

struct Member {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint40 number; //   48
}

struct Site {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint8 level; //     48  0 any other place, 1 village, 2 township, 3 county
    uint40 number; //   56  administrative code (GB/T 2260), up to 12 digits; 0: none
}

struct Plot {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint8 level; //     48  0 field, 1 village, 2 township, 3 county
    uint40 area; //     56  thousandths of a square metre
    uint40 free; //     96  what no planting holds
}

struct Planting {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint24 product; //  48
    uint40 area; //     72
    uint40 made; //     112  harvested so far
    uint40 cap; //      152  thousandths of the unit per hectare
}

struct Lot {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint24 other; //    48  of a consignment under way: to whom it is offered; else 0
    uint24 product; //  72
    uint40 made; //     96
    uint40 left; //     136  loose, neither used nor packed
    uint40 packed; //   176
    uint40 room; //     216  what went in and did not come out: up to so much a correction may add
}

struct LabelRun {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint40 count; //    48  labels issued
    uint40 valid; //    88  of these not voided
    uint40 net; //      128  content of one piece
}

/// @dev Its holder is the applicant.
struct Application {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32  ANSWERED: a certificate came of it
    uint8 unit; //      40
    uint24 certifier; // 48 whom it asks
    uint40 volume; //   72
}

/// @dev Its holder is its issuer.
struct Certificate {
    uint24 holder; //   0
    uint8 sort; //      24
    uint8 status; //    32
    uint8 unit; //      40
    uint24 beneficiary; // 48  the organisation that it speaks for
    uint24 products; // 72  how many products its scope names; 0: any product
    uint40 volume; //   96
    uint40 left; //     136 what no label has drawn
    uint40 from; //     176  in force while from <= time < until, in seconds
    uint40 until; //    216
}

/// @dev Two slots of their own; the second is zero where the labels claim no certificate.
struct LabelSource {
    bytes32 lot;
    bytes32 certificate;
}

/// @dev What few lots have, so in a slot of its own: what a consignment is, and what was lost of a lot.
struct Aside {
    uint24 carrier; //  0   of a consignment: who may write readings while it is under way; 0: nobody named
    uint8 packed; //    24  of a consignment: 1 packed goods, 0 loose
    uint40 lost; //     32  discarded, or lost between hands: up to so much a correction may bring back
}

/// @dev What a consumer took from one of its inputs.
struct Link {
    uint40 amount; //   0
    uint8 fromRoom; //  40  1: from what a planting may still bear; 0: from what was left of a lot or free of a plot
}

/// @dev One slot, then the key.
struct Recorder {
    uint24 organisation; // 0  for ever
    uint8 flags; //     24  bit 0: manager
    uint64 untilBlock; // 32  writes while block <= untilBlock
    bytes32 x;
    bytes32 y;
}

/// @dev `flags` of a manager's key, and `untilBlock` of a key or organisation that nobody ended.
uint8 constant FLAG_MANAGER = 1;
uint64 constant FOR_EVER = type(uint64).max;
/// @dev `state` of an organisation.
uint8 constant STATE_ACTIVE = 1;
uint8 constant STATE_STOPPED = 2;

// Bits of `status`. The low four bits count the recalls that stand.
uint8 constant RECALLS = 15;
/// @dev Of a planting: its season is over and its area given back.
uint8 constant ENDED = 16;
/// @dev Of a certificate.
uint8 constant SUSPENDED = 32;
uint8 constant REVOKED = 64;
/// @dev Of an application; of a certificate that came of one.
uint8 constant ANSWERED = 128;
