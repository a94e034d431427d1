// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title  Plain records
/// @notice What a ledger of records costs that only keeps them: one struct each in storage, its sender, no rule, no signature but
///         the transaction's own. The other side of `npm run bench`, never part of the product.
contract PlainRecords {
    struct Record {
        bytes32 subject;
        bytes32 content;
        address recorder;
        uint40 occurredAt;
        uint40 recordedAt;
        uint8 kind;
    }

    struct Given {
        bytes32 subject;
        bytes32 content;
        uint40 occurredAt;
        uint8 kind;
    }

    Record[] private _records;

    event Added(bytes32 indexed subject, uint256 index);

    function add(Given[] calldata given) external {
        for (uint256 i = 0; i < given.length; ++i) {
            Given calldata one = given[i];
            emit Added(one.subject, _records.length);
            _records.push(
                Record(one.subject, one.content, msg.sender, one.occurredAt, uint40(block.timestamp), one.kind)
            );
        }
    }
}
